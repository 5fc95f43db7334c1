"""The life of a lab from its first pass to Ready, and what it says on the way."""

import pytest

from streaminglab_operator.api import Reason, StreamingLabStatus
from tests.fakes.world import METEO, World

ORDER = [
    ("StatefulSet", "meteo-kafka"),
    ("Deployment", "meteo-telegraf"),
    ("Deployment", "meteo-producer"),
]


def unhurried() -> World:
    """A world in which every step of a pod is seen by a pass of its own."""
    world = World()
    world.unhurried = True
    return world


async def test_the_default_lab_becomes_ready() -> None:
    world = World()
    world.add_lab()
    await world.settle()
    assert world.errors == []
    assert world.ready(), world.status()
    assert world.status()["phase"] == "Ready"
    assert world.status()["data"]["summary"] == "3000/3000/3000"


@pytest.mark.provokes(
    Reason.READY,
    Reason.PROGRESSING,
    Reason.VERIFIED,
    Reason.COMPLETE,
    Reason.RUNNING,
    Reason.CREATING,
    Reason.STARTING,
    Reason.NOT_READY,
    Reason.WAITING_FOR_INFLUXDB,
    Reason.WAITING_FOR_TOPICS,
    Reason.WAITING_FOR_INJECTION,
    Reason.VERIFYING,
)
async def test_ready_is_said_only_once_and_only_at_the_end() -> None:
    world = unhurried()
    world.add_lab()
    await world.settle()
    said = [
        next(c["status"] for c in status["conditions"] if c["type"] == "Ready")
        for status in world.cluster.statuses
    ]
    assert said[0] == "False"
    first = said.index("True")
    assert set(said[:first]) == {"False"}
    assert set(said[first:]) == {"True"}


@pytest.mark.parametrize("spec", [{}, {"profile": "resilience"}, {"profile": "nano"}], ids=str)
async def test_every_status_is_true_at_the_moment_it_is_written(spec: dict[str, str]) -> None:
    world = unhurried()
    world.add_lab(spec)
    await world.settle()
    assert len(world.cluster.statuses) > 5
    assert world.lies == []


async def test_every_status_is_known_to_the_api() -> None:
    world = unhurried()
    world.add_lab()
    await world.settle()
    for stored in world.cluster.statuses:
        status = {k: v for k, v in stored.items() if k != "lab"}
        kept = StreamingLabStatus.model_validate(status).to_dict()
        assert kept == status, "the API server would drop what the CRD does not name"


async def test_init_waits_for_influxdb_and_inject_waits_for_init() -> None:
    world = World()
    world.add_lab()
    await world.settle()
    made = [name.rsplit("-", 1)[0] for kind, name in world.server.created if kind == "Job"]
    assert made == ["meteo-init", "meteo-inject", "meteo-verify"]


async def test_on_the_way_the_message_names_the_pod_that_is_waited_for() -> None:
    world = unhurried()
    world.add_lab()
    await world.settle()
    messages = [
        c["message"]
        for status in world.cluster.statuses
        for c in status["conditions"]
        if c["type"] == "Ready"
    ]
    assert any("meteo-kafka-0-0" in message for message in messages)
    assert not any("is gone" in message for message in messages), "nothing was ever gone"


async def test_an_event_tells_that_the_lab_is_ready_once() -> None:
    world = unhurried()
    world.add_lab()
    await world.settle()
    reported = [(e.reason, e.message) for e in world.cluster.published]
    assert sum("data flows" in message for _, message in reported) == 1


async def test_events_tell_changes_and_not_every_step() -> None:
    world = unhurried()
    world.add_lab()
    await world.settle()
    reported = [(e.reason, e.message) for e in world.cluster.published]
    assert len(reported) == len(set(reported)), "the same words twice"
    assert len(reported) <= 12, reported


async def test_the_short_names_of_the_courses_lead_to_the_first_lab() -> None:
    world = World()
    world.add_lab()
    await world.settle()
    assert {"kafka", "influxdb"} <= set(world.names("Service"))
    selector = world.server.get("Service", METEO.namespace, "kafka")["spec"]["selector"]
    assert selector["app.kubernetes.io/instance"] == "meteo-kafka"


async def test_a_lab_of_three_brokers_keeps_two_copies_in_sync() -> None:
    world = World()
    world.add_lab({"profile": "resilience"})
    await world.settle()
    assert world.ready(), world.status()
    assert world.names("Pod", "kafka") == ["meteo-kafka-0-0", "meteo-kafka-1-0", "meteo-kafka-2-0"]
    assert next(c["ready"] for c in world.status()["components"] if c["name"] == "kafka") == "3/3"


async def test_an_endless_injection_is_ready_while_it_runs() -> None:
    world = World()
    world.controllers.programs.pop("inject")
    world.points["meteo"] = 10
    world.add_lab({"inject": {"points": 0}})
    await world.settle()
    assert world.ready(), world.status()
    assert world.condition("InjectComplete")["status"] == "False"


async def test_an_endless_lab_stays_ready_while_the_data_is_compared_again() -> None:
    world = World()
    world.controllers.programs.pop("inject")
    world.points["meteo"] = 10
    world.add_lab({"inject": {"points": 0}})
    await world.settle()
    first = world.names("Job", "verify")
    before = len(world.cluster.statuses)
    await world.settle(lambda: world.names("Job", "verify") != first, seconds=400)
    await world.settle()
    assert world.ready()
    said = [
        c["status"]
        for status in world.cluster.statuses[before:]
        for c in status["conditions"]
        if c["type"] == "Ready"
    ]
    assert "False" not in said
