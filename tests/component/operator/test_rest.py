"""A lab at rest is looked at for what nobody tells, and compared as a whole from time to time."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator import names
from streaminglab_operator.errors import ConnectError
from streaminglab_operator.plan import Release
from streaminglab_operator.plan.connectors import STEADY
from streaminglab_operator.reconcile.lab_secret import LOOK_SECONDS
from streaminglab_operator.reconcile.steps import rest
from tests.component.operator.test_services import PLAIN
from tests.fakes.connect import SINK
from tests.fakes.world import METEO, World

HOUR = rest.WHOLE_SECONDS
CONNECTOR = {"name": "a", "class": SINK, "config": {"topics": "test"}}
SECRET = names.credentials(METEO.name)


class Looks:
    """How often Secrets were read, and the lab compared as a whole, with all of its charts."""

    def __init__(self, world: World) -> None:
        self.secrets, self.whole = 0, 0
        read, get = world.cluster.read_secret, world.templates.get

        async def counted(namespace: str, name: str) -> object:
            self.secrets += 1
            return await read(namespace, name)

        world.cluster.read_secret = counted  # type: ignore[method-assign, assignment]

        async def asked(release: Release, namespace: str) -> object:
            self.whole += release.component == "kafka"
            return await get(release, namespace)

        world.templates.get = asked  # type: ignore[method-assign, assignment]


async def _at_rest(world: World, **more: Any) -> Looks:
    world.add_lab({**PLAIN, **more})
    await world.settle(world.ready, seconds=60)
    # The try whether Kafka lets anybody in, and what comes of the lab's own status.
    await world.settle(seconds=2 * LOOK_SECONDS)
    world.writes.done.clear()
    return Looks(world)


async def test_secrets_are_looked_at_six_times_an_hour_and_all_else_once() -> None:
    world = World()
    looks = await _at_rest(world)
    await world.settle(seconds=3 * HOUR)
    assert looks.secrets == 3 * HOUR / LOOK_SECONDS
    assert looks.whole == 3
    assert world.writes.done == []


async def test_the_first_look_after_a_status_was_written_looks_at_secrets_alone() -> None:
    world = World()
    world.add_lab(PLAIN)
    await world.settle(world.ready, seconds=60)
    # The try whether Kafka lets anybody in.
    await world.settle(seconds=LOOK_SECONDS / 2)
    world.server.delete("StatefulSet", METEO.namespace, "meteo-kafka-0")
    await world.settle(lambda: not world.ready(), seconds=60)
    await world.settle(world.ready, seconds=60)
    looks = Looks(world)
    await world.settle(seconds=2 * LOOK_SECONDS)
    assert (looks.secrets, looks.whole) == (2, 0)


async def test_what_somebody_else_wrote_at_once_over_a_status_is_put_right() -> None:
    """Of the operator's own no watch tells then: it is never seen."""
    world = World()
    await _at_rest(world)
    patch, status = world.cluster.patch_status, world.status()
    forged = {**status, "components": []}

    async def overwritten(*words: Any, **more: Any) -> bool:
        found = await patch(*words, **more)
        world.server.set_status("StreamingLab", METEO.namespace, METEO.name, forged)
        world.cluster.patch_status = patch  # type: ignore[method-assign]
        return found

    world.cluster.patch_status = overwritten  # type: ignore[method-assign]
    world.edit_lab({**PLAIN, "kafka": {"retention": "2h"}})
    await world.settle(lambda: world.status()["components"] == [], seconds=60)
    await world.settle(seconds=2 * LOOK_SECONDS)
    assert world.status()["components"] == status["components"]


async def test_a_secret_that_is_as_it_was_is_not_worked_out_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    looks = await _at_rest(world)
    monkeypatch.delattr("streaminglab_operator.reconcile.steps.credentials.secret")
    await world.settle(seconds=HOUR)
    assert looks.secrets == HOUR / LOOK_SECONDS
    assert world.errors == []


async def test_connectors_are_looked_at_and_nothing_else() -> None:
    world = World()
    looks = await _at_rest(world, connect={"connectors": [CONNECTOR]})
    asked = world.connect.looks
    await world.settle(seconds=HOUR / 2)
    assert world.connect.looks - asked == pytest.approx(HOUR / 2 / STEADY, abs=1)
    assert looks.whole <= 1
    assert world.writes.done == []


async def test_what_becomes_of_a_connector_ends_the_rest() -> None:
    world = World()
    looks = await _at_rest(world, connect={"connectors": [CONNECTOR]})
    world.connect.connectors_there["a"].config["topics"] = "other"
    await world.settle(seconds=2 * STEADY)
    assert looks.whole >= 1
    assert world.connect.connectors_there["a"].config["topics"] == "test"


async def test_a_connect_that_is_gone_ends_the_rest() -> None:
    world = World()
    await _at_rest(world, connect={"connectors": [CONNECTOR]})
    world.connect.down = ConnectError(0, "refused")
    await world.settle(lambda: not world.ready(), seconds=60)
    world.connect.down = None
    await world.settle(world.ready, seconds=60)


@pytest.mark.parametrize("spoil", ["delete", "edit"])
async def test_a_secret_is_back_after_the_next_look_though_the_lab_rests(spoil: str) -> None:
    world = World()
    await _at_rest(world)
    good = world.server.get("Secret", METEO.namespace, SECRET)["data"]
    if spoil == "delete":
        world.server.delete("Secret", METEO.namespace, SECRET)
    else:
        change = {"data": dict.fromkeys(good, "c3BvaWx0")}
        world.server.edit("Secret", METEO.namespace, SECRET, change, "kubectl-edit")
    await world.settle(seconds=LOOK_SECONDS)
    assert world.server.get("Secret", METEO.namespace, SECRET)["data"] == good


async def test_a_status_that_somebody_else_has_written_ends_the_rest() -> None:
    """Nobody is woken by a status, which is the operator's own to write."""
    world = World()
    looks = await _at_rest(world)
    status = world.status()
    forged = {**status, "components": []}
    world.server.set_status("StreamingLab", METEO.namespace, METEO.name, forged)
    await world.settle(seconds=LOOK_SECONDS)
    assert looks.whole == 1
    assert world.status()["components"] == status["components"]


async def test_a_lab_that_is_not_ready_does_not_rest() -> None:
    """What it waits for may be something that nobody tells."""
    world = World()
    world.add_lab({**PLAIN, "kafka": {"resources": {"memory": "500Gi"}}})
    await world.settle(seconds=2 * LOOK_SECONDS)
    assert not world.ready()
    looks = Looks(world)
    await world.settle(seconds=HOUR)
    assert looks.whole == HOUR / LOOK_SECONDS


async def test_news_end_the_rest_at_once() -> None:
    world = World()
    looks = await _at_rest(world)
    world.server.delete("ConfigMap", METEO.namespace, "meteo-kafka")
    await world.settle()
    assert looks.whole >= 1
    assert "meteo-kafka" in world.names("ConfigMap")


async def test_an_operator_that_starts_anew_looks_at_everything() -> None:
    world = World()
    await _at_rest(world)
    world.restart()
    looks = Looks(world)
    await world.settle()
    assert looks.whole == 1
