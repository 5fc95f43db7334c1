"""A declared chaos: brokers that go and come by the clock, until it ends by itself."""

from typing import Any

import pytest

from streaminglab_operator.api import Reason
from tests.component.operator.test_brokers import THREE, Watched, brokers, edit, uids
from tests.fakes.cluster import Crash, Writes
from tests.fakes.fields import Json
from tests.fakes.world import World

CHAOS: Json = {"durationSeconds": 200, "periodSeconds": 60, "downSeconds": 30}


def told(world: World) -> Json:
    return dict(world.status()["chaos"])


def stopped(world: World) -> list[int]:
    return [number for number, state in brokers(world).items() if state == "Stopped"]


def events(world: World, reason: str) -> list[str]:
    return [e.message for e in world.cluster.published if e.reason == reason]


async def begun(**chaos: Any) -> Watched:
    """A lab of three brokers whose chaos has begun, and has stopped nobody yet."""
    world = Watched()
    await world.made()
    world.edit_lab({"chaos": {**CHAOS, **chaos}})
    await world.rest(seconds=0)
    return world


@pytest.mark.provokes(Reason.CHAOS_RUNNING, Reason.CHAOS_OVER, Reason.BROKER_STOPPED)
async def test_brokers_go_one_by_one_and_come_back_until_its_time_is_over() -> None:
    world = await begun()
    assert (told(world)["state"], told(world)["count"]) == ("Running", 0)
    until = told(world)["endsAt"]
    assert f"chaos until {until}" in world.condition("Ready")["message"], (
        "who reads the lab sees it"
    )
    seen = []
    for count in (1, 2, 3):
        await world.rest(seconds=60 if count == 1 else 30)
        assert told(world)["count"] == count
        assert stopped(world) == told(world)["stoppedBrokers"] != []
        assert f"by spec.chaos (until {until})" in world.condition("KafkaReady")["message"]
        seen += stopped(world)
        await world.rest(seconds=30)
        assert stopped(world) == []
        assert world.ready(), world.status()
    assert len(seen) == 3
    await world.rest(seconds=60)
    assert told(world)["state"] == "Ended"
    assert world.condition("ChaosEnded")["status"] == "True"
    assert "3 times" in world.condition("ChaosEnded")["message"]
    assert world.most_away == 1
    assert events(world, "ChaosRunning") != []
    assert len(events(world, "BrokerStopped")) == 3
    assert len(events(world, "ChaosOver")) == 1


async def test_a_chaos_that_has_ended_is_begun_again_by_an_edit_alone() -> None:
    world = await begun(durationSeconds=70)
    await world.rest(seconds=80)
    ended = told(world)
    assert (ended["state"], ended["count"]) == ("Ended", 1)
    world.restart()
    await world.rest(seconds=200)
    world.edit_lab({"suspend": True})
    await world.settle(seconds=60)
    world.edit_lab({"suspend": False})
    await world.settle(world.ready, seconds=60)
    await world.rest(seconds=200)
    assert told(world) == ended
    world.edit_lab({"chaos": {**CHAOS, "durationSeconds": 80}})
    await world.rest(seconds=60)
    assert (told(world)["state"], told(world)["count"]) == ("Running", 1)


async def test_taken_out_it_ends_at_once_and_every_broker_comes_back() -> None:
    world = await begun()
    await world.rest(seconds=60)
    assert len(stopped(world)) == 1
    world.edit_lab({"chaos": None})
    await world.rest(seconds=0)
    assert stopped(world) == []
    assert told(world)["state"] == "Ended"
    world.edit_lab({"chaos": CHAOS})
    await world.rest(seconds=60)
    assert (told(world)["state"], told(world)["count"]) == ("Running", 1), "the same, written anew"


async def test_a_schedule_stops_who_it_names_when_it_says() -> None:
    stops = [{"broker": 2, "atSeconds": 100, "downSeconds": 10}, {"broker": 0, "atSeconds": 20}]
    world = await begun(schedule=stops)
    await world.rest(seconds=20)
    assert stopped(world) == [0]
    await world.rest(seconds=30)
    assert stopped(world) == []
    await world.rest(seconds=50)
    assert stopped(world) == [2]
    await world.rest(seconds=10)
    assert stopped(world) == []
    assert told(world)["state"] == "Ended", "nothing is left of its schedule"


async def test_brokers_that_the_spec_stops_stay_so_and_a_second_one_must_be_asked_for() -> None:
    world = await begun()
    edit(world, stoppedBrokers=[2])
    await world.rest(seconds=100)
    assert (stopped(world), told(world)["count"]) == ([2], 0)
    assert "no quorum" in told(world)["message"]
    world.edit_lab({"chaos": {"atOnce": 2}})
    await world.rest(seconds=60)
    assert len(stopped(world)) == 2
    await world.rest(seconds=200)
    assert (stopped(world), told(world)["state"]) == ([2], "Ended")


async def test_two_at_once_go_only_where_it_is_asked_for() -> None:
    world = await begun(atOnce=2)
    await world.rest(seconds=60)
    assert len(stopped(world)) == 2
    await world.rest(seconds=30)
    assert stopped(world) == []


async def test_it_waits_until_every_replica_is_in_sync_unless_told_otherwise() -> None:
    world = await begun()
    world.programs.behind = "broker 2 is not in sync for partition weather-0"
    await world.rest(seconds=100)
    assert (stopped(world), told(world)["count"]) == ([], 0)
    assert "as soon as" in told(world)["message"]
    world.edit_lab({"chaos": {"waitForReplicas": False}})
    await world.rest(seconds=60)
    assert len(stopped(world)) == 1


async def test_it_waits_while_the_brokers_are_replaced() -> None:
    world = await begun()
    world.programs.behind = "broker 2 is not in sync for partition weather-0"
    before = uids(world)
    edit(world, resources={"memory": "2Gi"})
    await world.rest(seconds=100)
    assert (uids(world), told(world)["count"]) == (before, 0)
    assert "being replaced" in told(world)["message"]
    world.programs.behind = ""
    for job in world.names("Job", "partitions"):
        world.server.delete("Job", "user-alice", job)
    await world.rest(seconds=10)
    assert not before & uids(world)
    assert world.most_away == 1


@pytest.mark.provokes(Reason.CHAOS_WAITING)
async def test_it_begins_when_the_lab_is_there_and_rests_with_it() -> None:
    world = Watched()
    world.add_lab({**THREE, "chaos": CHAOS})
    await world.settle(lambda: bool(world.names("Pod")), seconds=60)
    assert told(world)["state"] == "Waiting"
    await world.settle(world.ready, seconds=60)
    await world.rest(seconds=60)
    assert len(stopped(world)) == 1
    world.edit_lab({"suspend": True})
    await world.settle(seconds=60)
    assert world.names("Pod", "kafka") == []
    assert told(world)["stoppedBrokers"] == []
    world.edit_lab({"suspend": False})
    await world.settle(lambda: len(world.names("Pod", "kafka")) == 3, seconds=60)
    assert told(world)["state"] == "Running", "its time goes on by the clock"


async def test_a_clock_that_is_set_back_ends_it() -> None:
    world = await begun()
    world.clock.ahead = -3600.0
    await world.rest(seconds=61)
    assert told(world)["state"] == "Ended"
    assert stopped(world) == []


@pytest.mark.parametrize("last", range(1, 20))
async def test_a_chaos_goes_on_after_the_operator_was_killed_at_any_write(last: int) -> None:
    whole = await begun()
    await whole.rest(seconds=75)
    world = await begun()
    world.writes = Writes(last)
    world.start_operator()
    try:
        await world.rest(seconds=75)
    except Crash:
        world.restart()
        await world.rest(seconds=15)
    assert world.most_away == 1
    assert told(world)["count"] == 1
    assert stopped(world) == stopped(whole) != [], "the same broker, whoever drew it"
    await world.rest(seconds=300)
    assert (stopped(world), told(world)["state"]) == ([], "Ended")
    assert world.ready(), world.status()
