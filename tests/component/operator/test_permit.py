"""Labs that are left alone: paused by an annotation, or one too many in their namespace."""

from collections.abc import Mapping

import pytest

from streaminglab_operator.api import Reason
from tests.fakes.world import METEO, NAMESPACE, World

PAUSE = {"metadata": {"annotations": {"streaminglab.dev/paused": "true"}}}
GO_ON = {"metadata": {"annotations": {"streaminglab.dev/paused": "false"}}}


def _annotate(world: World, change: Mapping[str, object]) -> None:
    world.server.edit("StreamingLab", METEO.namespace, METEO.name, dict(change), "kubectl")


def _objects(world: World) -> dict[tuple[str, str, str], str]:
    return {
        key: raw["metadata"]["resourceVersion"]
        for key, raw in world.server.objects.items()
        if key[0] not in ("StreamingLab", "Event")
    }


@pytest.mark.provokes(Reason.PAUSED)
async def test_of_a_lab_that_is_paused_nothing_is_written_but_its_status(world: World) -> None:
    _annotate(world, PAUSE)
    await world.settle(seconds=60)
    before = _objects(world)
    world.edit_lab({"kafka": {"topics": [{"name": "weather", "partitions": 6}]}})
    world.server.delete("ConfigMap", NAMESPACE, world.names("ConfigMap", "kafka")[0])
    await world.settle(seconds=600)
    after = _objects(world)
    assert {key: after[key] for key in before if key in after} == after
    assert len(after) == len(before) - 1
    assert world.status()["phase"] == "Paused"
    said = world.condition("Ready")
    assert (said["status"], said["reason"]) == ("False", "Paused")
    assert "kubectl annotate slab meteo streaminglab.dev/paused-" in said["message"]
    assert world.status()["observedGeneration"] == 1


async def test_a_lab_that_is_paused_no_more_is_brought_to_its_spec(world: World) -> None:
    _annotate(world, PAUSE)
    world.edit_lab({"kafka": {"topics": [{"name": "weather", "partitions": 6}]}})
    world.server.delete("ConfigMap", NAMESPACE, world.names("ConfigMap", "kafka")[0])
    await world.settle(seconds=60)
    (old,) = world.names("Job", "init")
    _annotate(world, GO_ON)
    await world.settle(seconds=120)
    assert world.ready(), world.status()
    assert world.names("Job", "init") != [old]
    assert world.status()["observedGeneration"] == 2


async def test_a_lab_that_is_paused_from_the_start_is_not_made() -> None:
    world = World()
    world.add_lab()
    _annotate(world, PAUSE)
    await world.settle(seconds=60)
    assert (_objects(world), world.status()["phase"]) == ({}, "Paused")


async def test_a_lab_that_is_paused_can_be_deleted(world: World) -> None:
    _annotate(world, PAUSE)
    await world.settle(seconds=60)
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle(seconds=60)
    assert world.names("StatefulSet") == []


async def test_a_lab_at_rest_that_is_paused_stays_at_rest(world: World) -> None:
    world.edit_lab({"suspend": True})
    await world.settle(seconds=120)
    _annotate(world, PAUSE)
    await world.settle(seconds=60)
    assert world.names("Pod", "kafka") == []
    assert world.condition("Suspended")["status"] == "True"
    _annotate(world, GO_ON)
    await world.settle(seconds=60)
    assert world.status()["phase"] == "Suspended"


@pytest.mark.provokes(Reason.TOO_MANY_LABS)
async def test_of_a_namespace_the_oldest_labs_are_looked_after_and_the_others_say_why() -> None:
    world = World(most_labs=1)
    for name in ("meteo", "wetter"):
        world.add_lab({"profile": "nano"}, name)
        await world.settle(seconds=60)
    (wetter,) = [k for k in world.store._labs if k.name == "wetter"]
    assert world.ready()
    said = world.condition("Ready", wetter)
    assert (said["status"], said["reason"]) == ("False", "TooManyLabs")
    assert "may have 1 labs" in said["message"]
    assert not any(name.startswith("wetter") for name in world.names("StatefulSet"))
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle(seconds=120)
    assert world.ready(wetter)
