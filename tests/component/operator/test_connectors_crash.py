"""The operator dies after a write that has to do with connectors: none is left without an owner,
none that others made is touched, and the lab becomes Ready all the same."""

from typing import Any

import pytest

from tests.fakes.cluster import Crash
from tests.fakes.connect import SINK
from tests.fakes.world import METEO, World

PLAIN: dict[str, Any] = {"weather": False, "kafka": {"topics": [{"name": "test"}]}}
THEIRS = {"connector.class": SINK, "topics": "test", "tasks.max": "1"}
HORIZON = 180.0
_FOUND: list[int] = []


def _connector(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "class": SINK, "config": {"topics": "test"}, **more}


FIRST = [_connector("a"), _connector("b")]
SECOND = [_connector("a", state="paused"), _connector("c", tasksMax=2)]


async def _live(last_write: int | None) -> tuple[World, bool]:
    """A lab whose connectors change; the operator may die on the way, and is started anew."""
    world, died = World(last_write=last_write), False
    world.connect.add("theirs", THEIRS)
    world.add_lab({**PLAIN, "connect": {"connectors": FIRST}})
    for change in ({}, {"connect": {"connectors": SECOND}}):
        if change:
            world.edit_lab(change)
        try:
            await world.settle(seconds=HORIZON)
        except Crash:
            died = True
            world.restart()
            await world.settle(seconds=HORIZON)
    return world, died


async def _writes_about_connectors() -> list[int]:
    """Of a run without a crash, once for all tests: how many writes come before each call."""
    if not _FOUND:
        _FOUND.extend(await _reference())
    return _FOUND


async def _reference() -> list[int]:
    world, _ = await _live(None)
    done = world.writes.done
    calls = [i for i, what in enumerate(done) if what.startswith("connect ")]
    assert len(calls) >= 5, done
    # Right before each call, and right after it.
    return sorted({k for i in calls for k in (i, i + 1)})


@pytest.mark.parametrize("which", range(10))
async def test_a_crash_at_a_call_leaves_nothing_that_nobody_owns(which: int) -> None:
    writes = await _writes_about_connectors()
    world, died = await _live(writes[which % len(writes)])
    assert died
    there = world.connect.connectors_there
    assert {n: (c.state, len(c.tasks)) for n, c in there.items()} == {
        "a": ("PAUSED", 1),
        "c": ("RUNNING", 2),
        "theirs": ("RUNNING", 1),
    }
    assert world.condition("ConnectorsReady")["status"] == "True"
    listed = {c["name"]: c["managed"] for c in world.status()["connectors"]}
    assert listed == {"a": True, "c": True, "theirs": False}
    assert not [call for call in world.connect.calls if "theirs" in call]


async def test_a_connector_that_is_dropped_while_connect_is_off_does_not_come_back() -> None:
    world = World()
    world.add_lab({**PLAIN, "connect": {"connectors": FIRST}})
    await world.settle(world.ready, seconds=HORIZON)
    world.edit_lab({"connect": None})
    await world.settle(seconds=60)
    assert world.condition("ConnectorsReady") == {}
    assert world.ready(METEO)
    world.edit_lab({"connect": {"connectors": [_connector("a")]}})
    await world.settle(seconds=HORIZON)
    assert list(world.connect.connectors_there) == ["a"]
