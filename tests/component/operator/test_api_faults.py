"""The API server fails around a lab: what the status says meanwhile, and how soon it is well again.

That the end is right wherever the fault comes is shown by the plans (``tests.faults``).
"""

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.workqueue import MAX_BACKOFF
from tests.fakes.world import METEO
from tests.faults.plan import Answer, Fault, Outage, Plan, Watch
from tests.faults.watches import ALL_KINDS
from tests.faults.workloads import SMALL
from tests.faults.world import FaultyWorld


def failing(*faults: Fault) -> FaultyWorld:
    """A world with a lab that is to be made, and these faults."""
    world = FaultyWorld(Plan(workload="create", faults=faults))
    world.add_lab(dict(SMALL))
    return world


async def back_after(world: FaultyWorld, ended: float) -> float:
    """How many seconds after the end of a fault the lab is Ready, by the world's clock."""
    await world.settle(world.ready, seconds=300)
    return world.clock.time - ended


@pytest.mark.provokes(Reason.API_SERVER_ERROR)
@pytest.mark.parametrize("kind", ["Service", "StatefulSet", "Job"])
async def test_a_dead_webhook_of_somebody_else_is_said_and_the_lab_heals(kind: str) -> None:
    world = failing(Answer(at=1, status=500, kind=kind, seconds=45))
    ends = world.clock.time + 45
    await world.settle(seconds=20)
    ready = world.condition("Ready")
    assert (ready["status"], ready["reason"]) == ("False", "APIServerError")
    assert "webhook" in ready["message"]
    assert "not of StreamingLab" in ready["message"]
    assert world.condition("Stalled")["status"] == "False", "it heals by itself"
    assert await back_after(world, ends) <= MAX_BACKOFF
    await world.settle(seconds=60)
    assert "webhook" not in str(world.status())
    assert world.lies == []


@pytest.mark.parametrize("seconds", [5, 20, 60])
async def test_an_api_server_that_is_away_is_waited_for(seconds: float) -> None:
    world = failing(Outage(at=9, seconds=seconds))
    await world.settle(lambda: bool(world.errors))
    ends = world.clock.time + seconds
    assert await back_after(world, ends) <= MAX_BACKOFF
    assert len(world.errors) <= 8, "it was asked again and again"
    assert world.lies == []


async def test_an_api_server_that_is_away_leaves_a_lab_that_runs_alone() -> None:
    world = FaultyWorld(Plan(workload="create", faults=(Outage(at=9999, seconds=60),)))
    world.add_lab(dict(SMALL))
    await world.settle(world.ready, seconds=60)
    await world.settle(seconds=60)
    objects, writes = dict(world.server.objects), len(world.writes.done)
    world.faulty_watches.drop(ALL_KINDS, 60)
    await world.settle(seconds=120)
    assert world.server.objects == objects
    assert len(world.writes.done) == writes, "nothing was new after the new lists"


async def test_pods_that_were_lost_while_a_watch_was_silent_are_told_after_its_new_list() -> None:
    world = failing()
    await world.settle(world.ready, seconds=60)
    world.faulty_watches.drop(("Pod",), 80)
    silent = world.clock.time
    world.controllers.trouble["kafka"] = {"waiting": {"reason": "CrashLoopBackOff"}}
    world.server.delete("Pod", METEO.namespace, "meteo-kafka-0-0")
    await world.settle(lambda: not world.ready(), seconds=120)
    assert world.clock.time == silent, "the StatefulSet's watch has told"
    await world.settle(lambda: "meteo-kafka-0-0" in world.condition("Ready")["message"], seconds=90)
    assert world.clock.time - silent <= 80


async def test_a_status_tells_of_no_generation_that_the_operator_has_not_seen() -> None:
    frozen = Watch(at=40, how="freeze", kinds=("StreamingLab",), seconds=40)
    world = failing(frozen)
    await world.settle(world.ready, seconds=60)
    world.edit_lab({"inject": {"points": 10}})
    await world.settle(seconds=10)
    assert world.status()["observedGeneration"] == 1
    await world.settle(seconds=120)
    assert world.status()["observedGeneration"] == 2
    assert world.ready()


@pytest.mark.parametrize("at", [1, 20, 40])
async def test_a_lab_that_is_deleted_while_it_is_made_leaves_nothing(at: int) -> None:
    world = failing()
    await world.settle(lambda: len(world.writes.done) >= at)
    world.server.delete("StreamingLab", METEO.namespace, METEO.name, cascade=False)
    before = len(world.writes.done)
    await world.settle(seconds=60)
    assert world.server.objects == {}
    assert len(world.writes.done) - before <= 1, "nothing more is made"


@pytest.mark.provokes(Reason.NAMESPACE_TERMINATING)
async def test_a_namespace_that_is_deleted_is_not_filled_again() -> None:
    world = failing()
    await world.settle(world.ready, seconds=60)
    before = len(world.writes.done)
    world.many.ending.add(METEO.namespace)
    await world.settle(seconds=120)
    assert world.server.objects == {}
    assert [w for w in world.writes.done[before:] if w.startswith(("apply", "secret"))] == []
    assert len(world.errors) <= 10, "the namespace's end was asked for again and again"
