"""Fixtures of the component tests: a world with a lab that is ready."""

from collections.abc import Iterator

import pytest
import pytest_asyncio

from tests.fakes.world import World


@pytest.fixture(autouse=True)
def _no_lies(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No status may ever say what is not so, and a test says no reason that it does not provoke."""
    worlds: list[World] = []
    made = World.__init__

    def remember(self: World, *args: object, **kwargs: object) -> None:
        worlds.append(self)
        made(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(World, "__init__", remember)
    yield
    assert [lie for world in worlds for lie in world.lies] == []
    reported = {reason for world in worlds for reason in world.reported}
    marked = {str(reason) for mark in request.node.iter_markers("provokes") for reason in mark.args}
    assert not marked - reported, f"no lab's status had {sorted(marked - reported)}, see @provokes"


@pytest_asyncio.fixture
async def world() -> World:
    """A default lab, Ready and at rest."""
    made = World()
    made.add_lab()
    await made.settle(seconds=60)
    assert made.ready(), made.status()
    made.writes.done.clear()
    made.cluster.statuses.clear()
    made.cluster.published.clear()
    return made
