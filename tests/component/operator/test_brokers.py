"""Brokers that stop, start and are restarted one by one, by nothing but edits of the spec."""

from typing import Any

import pytest

from streaminglab_operator.api import Reason
from tests.fakes.cluster import Crash, Writes
from tests.fakes.controllers import is_ready
from tests.fakes.fields import Json
from tests.fakes.world import METEO, World

PLAIN: Json = {"weather": False}
KAFKA: Json = {"brokers": 3, "topics": [{"name": "weather"}]}
THREE = {**PLAIN, "kafka": KAFKA}
BROKEN = {"waiting": {"reason": "CrashLoopBackOff"}}


def edit(world: World, **kafka: Any) -> None:
    world.edit_lab({"kafka": kafka})


def pods(world: World) -> list[str]:
    return sorted(world.names("Pod", "kafka"))


def brokers(world: World) -> dict[int, str]:
    return {b["id"]: b["state"] for b in world.status()["kafka"]["brokers"]}


def broker_pods(world: World) -> list[Json]:
    return [p for p in world.server.find("Pod") if "-kafka-" in p["metadata"]["name"]]


def uids(world: World) -> set[str]:
    return {p["metadata"]["uid"] for p in broker_pods(world)}


def limits(world: World) -> set[str]:
    """How much memory the brokers may use, as they run."""
    containers = [p["spec"]["containers"][0] for p in broker_pods(world)]
    return {c["resources"]["limits"]["memory"] for c in containers}


class Watched(World):
    """Notes how many brokers were away at once, from when the lab was ready."""

    most_away = 0

    async def made(self) -> None:
        """A lab of three brokers, ready and at rest."""
        self.add_lab(THREE)
        await self.settle(self.ready, seconds=60)
        await self.settle(seconds=10)

    async def rest(self, seconds: float = 30) -> None:
        """Run until nothing happens any more, looking at the brokers at each step."""
        step = self.controllers.step

        def noted() -> bool:
            done = step()
            self.most_away = max(self.most_away, 3 - sum(map(is_ready, broker_pods(self))))
            return done

        self.controllers.step = noted  # type: ignore[method-assign]
        try:
            await self.settle(seconds=seconds)
        finally:
            self.controllers.step = step  # type: ignore[method-assign]


@pytest.mark.provokes(Reason.BROKER_STOPPED)
async def test_a_broker_is_stopped_and_started_by_one_edit_each() -> None:
    world = Watched()
    await world.made()
    assert brokers(world) == {0: "Running", 1: "Running", 2: "Running"}
    edit(world, stoppedBrokers=[1])
    await world.rest()
    assert pods(world) == ["meteo-kafka-0-0", "meteo-kafka-2-0"]
    assert world.condition("KafkaReady")["reason"] == "BrokerStopped"
    assert "meteo-kafka-1" in world.condition("Ready")["message"]
    seen = world.status()["kafka"]
    assert brokers(world) == {0: "Running", 1: "Stopped", 2: "Running"}
    assert seen["underReplicated"] == 1
    assert seen["partitions"] == [
        {"topic": "weather", "partition": 0, "leader": 0, "replicas": [0, 1, 2], "isr": [0, 2]}
    ]
    edit(world, stoppedBrokers=[])
    await world.rest()
    assert len(pods(world)) == 3
    assert world.ready(), world.status()
    assert world.status()["kafka"]["underReplicated"] == 0
    assert world.most_away == 1
    assert world.errors == [] and world.lies == []


async def test_a_lab_that_begins_with_a_stopped_broker_makes_its_topics_first() -> None:
    world = Watched()
    world.add_lab({**PLAIN, "kafka": {**KAFKA, "stoppedBrokers": [2]}})
    asked: list[int] = []

    def init(_: Json) -> tuple[int, str]:
        asked.append(len(pods(world)))
        return 0, '{"message":"1 topic"}'

    world.controllers.programs["init"] = init
    await world.settle(seconds=60)
    assert asked == [3]
    assert pods(world) == ["meteo-kafka-0-0", "meteo-kafka-1-0"]


@pytest.mark.provokes(Reason.ROLLING_OUT)
async def test_a_change_restarts_one_broker_after_the_other() -> None:
    world = Watched()
    await world.made()
    before = uids(world)
    edit(world, resources={"memory": "2Gi"})
    await world.rest()
    assert world.ready(), world.status()
    assert not before & uids(world)
    assert limits(world) == {"2Gi"}
    assert world.most_away == 1


async def test_the_next_broker_waits_until_the_last_one_is_in_sync() -> None:
    world = Watched()
    await world.made()
    world.programs.behind = "broker 2 is not in sync for partition weather-0"
    before = uids(world)
    edit(world, resources={"memory": "2Gi"})
    await world.rest(seconds=10)
    assert uids(world) == before, "nobody went"
    said = world.condition("KafkaReady")
    assert (said["status"], said["reason"]) == ("False", "RollingOut")
    assert "broker 2 is next, as soon as every replica of the others is in sync" in said["message"]
    assert world.programs.behind in world.status()["kafka"]["message"]
    world.programs.behind = ""
    for job in world.names("Job", "partitions"):
        world.server.delete("Job", METEO.namespace, job)
    await world.rest()
    assert world.ready(), world.status()
    assert world.most_away == 1


async def test_a_roll_that_breaks_stops_at_the_first_and_a_corrected_spec_heals_it() -> None:
    world = Watched()
    await world.made()
    world.controllers.trouble["kafka"] = BROKEN
    edit(world, config={"num.io.threads": "nonsense"})
    await world.rest()
    assert world.most_away == 1, "the healthy ones stay"
    said = world.condition("KafkaReady")
    assert said["status"] == "False"
    assert "meteo-kafka-2-0" in said["message"]
    world.controllers.trouble.clear()
    edit(world, config={"num.io.threads": "3"})
    await world.rest()
    assert world.ready(), world.status()
    assert world.most_away == 1


async def test_brokers_that_never_ran_are_all_replaced_by_a_corrected_spec() -> None:
    world = Watched()
    world.controllers.trouble["kafka"] = BROKEN
    world.add_lab({**PLAIN, "kafka": {**KAFKA, "config": {"num.io.threads": "x"}}})
    await world.settle(seconds=30)
    assert not world.ready()
    world.controllers.trouble.clear()
    edit(world, config={"num.io.threads": "3"})
    await world.settle(seconds=60)
    assert world.ready(), world.status()


@pytest.mark.parametrize("last", range(1, 24, 3))
async def test_a_roll_goes_on_after_the_operator_was_killed_at_any_write(last: int) -> None:
    world = Watched()
    await world.made()
    world.writes = Writes(last)
    world.start_operator()
    edit(world, resources={"memory": "2Gi"})
    with pytest.raises(Crash):
        await world.rest()
    world.restart()
    await world.rest()
    assert world.ready(), world.status()
    assert limits(world) == {"2Gi"}
    assert world.most_away == 1


async def test_a_stopped_broker_stays_stopped_when_a_suspended_lab_comes_back() -> None:
    world = Watched()
    await world.made()
    edit(world, stoppedBrokers=[1])
    await world.rest()
    world.edit_lab({"suspend": True})
    await world.settle(seconds=60)
    assert pods(world) == []
    world.edit_lab({"suspend": False, "kafka": {"resources": {"memory": "2Gi"}}})
    await world.settle(seconds=60)
    assert pods(world) == ["meteo-kafka-0-0", "meteo-kafka-2-0"]
    assert limits(world) == {"2Gi"}
    assert world.condition("KafkaReady")["reason"] == "BrokerStopped"
    edit(world, stoppedBrokers=[])
    await world.settle(world.ready, seconds=60)
    assert limits(world) == {"2Gi"}
