"""A lab is suspended and comes back: no pod, nothing lost, nothing done twice."""

from typing import Any

import pytest

from streaminglab_operator.api import Reason
from tests.fakes.world import METEO, World

KEPT = ("StatefulSet", "Deployment", "Service", "Secret", "ConfigMap", "NetworkPolicy")


def suspended(world: World) -> bool:
    """Whether the lab says that it rests."""
    return bool(world.condition("Suspended").get("status") == "True")


async def suspend(world: World) -> None:
    """One edit, and what follows from it."""
    world.edit_lab({"suspend": True})
    await world.settle(lambda: suspended(world), seconds=120)
    await world.settle(seconds=60)


async def resume(world: World) -> None:
    """The edit back."""
    world.edit_lab({"suspend": False})
    await world.settle(world.ready, seconds=240)


def secrets(world: World) -> Any:
    """Every value of the lab's credentials."""
    return world.server.get("Secret", METEO.namespace, "meteo-credentials")["data"]


@pytest.mark.provokes(Reason.SUSPENDED, Reason.SUSPENDING)
async def test_a_suspended_lab_has_no_pods_and_says_so_everywhere(world: World) -> None:
    await suspend(world)
    assert [p for p in world.server.find("Pod") if p["status"]["phase"] == "Running"] == []
    status = world.status()
    assert status["phase"] == "Suspended"
    said = {c["type"]: (c["status"], c["reason"]) for c in status["conditions"]}
    assert said["Suspended"] == ("True", "Suspended")
    assert said["Ready"] == ("False", "Suspended")
    assert said["Reconciling"] == ("False", "Suspended")
    assert said["Stalled"][0] == "False"
    assert said["KafkaReady"] == ("False", "Suspended")
    assert "spec.suspend" in world.condition("Ready")["message"]
    assert status["data"]["summary"] == "3000/3000/3000"
    assert not status.get("endpoints")


async def test_nothing_but_pods_and_unfinished_work_goes(world: World) -> None:
    before = {kind: set(world.names(kind)) for kind in KEPT}
    jobs = {*world.names("Job", "init"), *world.names("Job", "inject")}
    await suspend(world)
    verify = {f"{name}" for name in before["ConfigMap"] if "-verify-" in name}
    assert {kind: set(world.names(kind)) for kind in KEPT} | {
        "ConfigMap": set(world.names("ConfigMap")) | verify
    } == before
    assert jobs <= set(world.names("Job"))


@pytest.mark.provokes(Reason.RESUMED)
async def test_it_comes_back_with_the_same_data_and_passwords(world: World) -> None:
    drawn, jobs = secrets(world), (world.names("Job", "init"), world.names("Job", "inject"))
    await suspend(world)
    await resume(world)
    assert secrets(world) == drawn
    assert (world.names("Job", "init"), world.names("Job", "inject")) == jobs
    assert world.points["meteo"] == 3000
    assert world.condition("Suspended")["status"] == "False"
    assert world.condition("Suspended")["reason"] == "Resumed"
    assert world.condition("DataFlowing")["status"] == "True"


async def test_what_writes_has_stopped_before_kafka_stops(world: World) -> None:
    world.edit_lab({"suspend": True})

    def kafka_stops() -> bool:
        found = world.server.find("StatefulSet")
        return any(
            raw["spec"]["replicas"] == 0
            for raw in found
            if raw["metadata"]["name"].startswith("meteo-kafka")
        )

    await world.settle(kafka_stops, seconds=120)
    running = [p for p in world.server.find("Pod") if p["status"]["phase"] == "Running"]
    left = {p["metadata"]["labels"]["app.kubernetes.io/component"] for p in running}
    assert left <= {"kafka"}


async def test_no_event_raises_an_alarm(world: World) -> None:
    await suspend(world)
    await resume(world)
    assert [e for e in world.cluster.published if e.type == "Warning"] == []


async def test_an_edit_made_meanwhile_comes_into_force_at_resume(world: World) -> None:
    (old,) = world.names("Job", "inject")
    await suspend(world)
    world.edit_lab({"inject": {"seed": 7}})
    await world.settle(seconds=60)
    assert world.names("Job", "inject") == [old]
    assert suspended(world)
    await resume(world)
    assert world.names("Job", "inject") != [old]
    assert world.points["meteo"] == 6000


async def test_a_lab_whose_broker_cannot_start_can_be_suspended(world: World) -> None:
    world.controllers.trouble["kafka"] = {"waiting": {"reason": "CrashLoopBackOff"}}
    world.server.delete("Pod", METEO.namespace, world.names("Pod", "kafka")[0])
    await world.settle(lambda: not world.ready(), seconds=60)
    await suspend(world)
    assert world.names("Pod", "kafka") == []
    world.controllers.trouble.clear()
    await resume(world)


async def test_a_lab_that_is_made_suspended_makes_no_pod_until_it_is_resumed() -> None:
    world = World()
    world.add_lab({"suspend": True})
    await world.settle(lambda: suspended(world), seconds=60)
    assert world.names("Pod") == []
    await resume(world)
    assert world.points["meteo"] == 3000


@pytest.mark.parametrize("after", range(1, 12, 2))
async def test_a_lab_that_is_suspended_while_it_starts_comes_back_whole(after: int) -> None:
    world = World()
    world.add_lab({"connect": {}})
    for _ in range(after):
        world.deliver()
        await world.work()
        world.controllers.step()
    await suspend(world)
    assert [p for p in world.server.find("Pod") if p["status"]["phase"] == "Running"] == []
    await resume(world)
    assert world.points["meteo"] == 3000


async def test_ten_times_in_a_row_nothing_is_done_twice(world: World) -> None:
    for _ in range(10):
        await suspend(world)
        await resume(world)
    assert world.points["meteo"] == 3000


async def test_a_lab_at_rest_costs_no_write(world: World) -> None:
    await suspend(world)
    world.writes.done.clear()
    await world.settle(seconds=1200)
    assert world.writes.done == []


async def test_an_operator_that_is_restarted_leaves_it_at_rest(world: World) -> None:
    await suspend(world)
    world.restart()
    await world.settle(seconds=60)
    assert suspended(world)
    assert world.writes.done == []
