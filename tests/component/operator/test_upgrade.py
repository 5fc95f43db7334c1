"""An upgrade of the operator changes so many running labs at a time."""

import json

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.names import LabKey
from streaminglab_operator.plan import Options
from streaminglab_operator.reconcile.upgrade_slots import HOLD_SECONDS
from tests.component.operator.test_brokers import KAFKA
from tests.component.operator.test_services import EVERY, INGRESS
from tests.fakes.fields import Json
from tests.fakes.world import World
from tests.labs import NO_PAGE

NEW = Options(images={"kafka": "registry.example.org/kafka:9.9.9"})
LABS = 4


def _stopped(key: LabKey, world: World) -> bool:
    """Whether its broker is being made anew, or was."""
    raw = world.server.get("StatefulSet", key.namespace, f"{key.name}-kafka-0")
    image = raw["spec"]["template"]["spec"]["containers"][0]["image"]
    return bool(image == NEW.images["kafka"])


async def _class(most: int) -> tuple[World, list[LabKey]]:
    """Labs that run, the youngest first by name, and an operator of a newer version."""
    world = World(most_rolling=most)
    keys = []
    for number in reversed(range(LABS)):
        keys.append(world.add_lab({"profile": "nano"}, namespace=f"user-{number}"))
        world.clock.time += 60
        await world.settle(seconds=60)
        assert world.ready(keys[-1])
    world.options = NEW
    world.restart()
    return world, keys


async def test_labs_are_brought_up_to_date_one_after_another_oldest_first() -> None:
    world, keys = await _class(1)
    order: list[LabKey] = []

    def changed() -> bool:
        order.extend(key for key in keys if key not in order and _stopped(key, world))
        assert sum(world.condition("KafkaReady", key)["status"] != "True" for key in keys) <= 1
        return len(order) == LABS

    await world.settle(changed, seconds=3600)
    await world.settle(seconds=120)
    assert order == keys
    assert all(world.ready(key) for key in keys)
    assert world.errors == []


@pytest.mark.provokes(Reason.WAITING_FOR_TURN)
async def test_a_lab_that_waits_says_so_and_is_left_as_it_was() -> None:
    world, keys = await _class(1)
    world.writes.done.clear()
    await world.settle(lambda: bool(world.condition("Upgraded", keys[-1])), seconds=60)
    said = world.condition("Upgraded", keys[-1])
    assert (said["status"], said["reason"]) == ("False", "WaitingForTurn")
    assert "1 running labs at a time, the oldest first" in said["message"]
    assert world.ready(keys[-1])
    assert not _stopped(keys[-1], world)
    await world.settle(seconds=3600)
    assert world.condition("Upgraded", keys[-1]) == {}


async def test_an_edit_of_a_lab_that_waits_is_answered_at_once() -> None:
    world, keys = await _class(1)
    await world.settle(lambda: bool(world.condition("Upgraded", keys[-1])), seconds=60)
    world.edit_lab({"inject": {"points": 200}}, keys[-1])
    await world.settle(lambda: _stopped(keys[-1], world))


async def test_a_lab_that_does_not_become_ready_keeps_the_others_waiting_only_for_a_while() -> None:
    world, keys = await _class(1)
    broken = keys[0]

    def refuse(kind: str, body: dict[str, object]) -> str | None:
        metadata = body["metadata"]
        assert isinstance(metadata, dict)
        return "no" if kind == "Pod" and metadata.get("namespace") == broken.namespace else None

    await world.settle(lambda: _stopped(broken, world), seconds=60)
    world.server.admission.append(refuse)
    await world.settle(seconds=HOLD_SECONDS / 2)
    assert [_stopped(key, world) for key in keys] == [True, False, False, False]
    await world.settle(seconds=HOLD_SECONDS)
    assert all(_stopped(key, world) for key in keys)


@pytest.mark.parametrize("most", [0, LABS])
async def test_without_a_limit_or_with_enough_turns_all_go_together(most: int) -> None:
    world, keys = await _class(most)
    await world.settle(lambda: all(_stopped(key, world) for key in keys), seconds=30)


async def test_a_lab_that_was_deleted_gives_its_turn_away() -> None:
    world, keys = await _class(1)
    await world.settle(lambda: _stopped(keys[0], world), seconds=60)
    world.server.delete("StreamingLab", keys[0].namespace, keys[0].name)
    await world.settle(lambda: _stopped(keys[1], world), seconds=60)


def _running(world: World) -> dict[tuple[str, str], str]:
    """Uid and template of each workload and Job, and the uid of each pod, by kind and name."""
    kinds = ("StatefulSet", "Deployment", "Job", "Pod")
    return {
        (kind, raw["metadata"]["name"]): json.dumps(
            [raw["metadata"]["uid"], raw["spec"].get("template")], sort_keys=True
        )
        for kind in kinds
        for raw in world.server.find(kind)
    }


@pytest.mark.parametrize("spec", [{}, {**EVERY, "access": INGRESS}], ids=["usual", "every service"])
async def test_a_lab_of_the_version_before_gets_its_page_and_no_pod_of_it_rolls(
    spec: Json,
) -> None:
    world = World()
    world.add_lab({**spec, **NO_PAGE})
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=60)
    before, data = _running(world), world.status().get("data")
    world.edit_lab({"page": None})  # As it is stored: that version knew no such default.
    world.restart()
    await world.settle(lambda: world.condition("PageReady").get("status") == "True", seconds=60)
    await world.settle(seconds=60)
    assert world.ready(), world.status()
    after = _running(world)
    assert before.items() <= after.items()
    assert all(name.startswith("meteo-page") for _, name in after.keys() - before.keys())
    assert world.status().get("data") == data
    assert world.errors == []


@pytest.mark.parametrize("stops", [True, False])
async def test_a_lab_whose_broker_a_chaos_has_stopped_has_it_back_in_time_and_no_other_does(
    stops: bool,
) -> None:
    world = World(most_rolling=1)
    first = world.add_lab({"profile": "nano"}, namespace="user-0")
    await world.settle(seconds=60)
    chaos = {"schedule": [{"broker": 1, "atSeconds": 60}]} if stops else None
    key = world.add_lab({"weather": False, "kafka": KAFKA, "chaos": chaos}, namespace="user-1")

    def stopped() -> list[int]:
        brokers = world.status(key)["kafka"]["brokers"]
        return [b["id"] for b in brokers if b["state"] == "Stopped"]

    await world.settle(seconds=75)
    assert stopped() == ([1] if stops else [])

    def refuse(kind: str, body: dict[str, object]) -> str | None:
        metadata = body["metadata"]
        assert isinstance(metadata, dict)
        return "no" if kind == "Pod" and metadata.get("namespace") == first.namespace else None

    world.server.admission.append(refuse)
    world.options = NEW
    world.restart()
    assert HOLD_SECONDS > 60, "the first lab has its turn all the while"
    await world.settle(seconds=60)
    assert _stopped(first, world)
    assert stopped() == []
    assert _stopped(key, world) == stops
    assert bool(world.condition("Upgraded", key)) != stops
