"""Watches are late, and each kind of object by its own measure: the end is the same.

What is seen in one order by a fast cluster is seen in another by a slow one. Here chance decides
after each pass which kind's news come, and how many of them.
"""

import random
from collections import deque
from typing import Any

import pytest

from tests.fakes.api_server import ApiServer
from tests.fakes.fields import Json
from tests.fakes.world import METEO, World


class LateWorld(World):
    """A world whose watches deliver when they please, in order only within one kind."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (nothing is secret here)
        self.held: dict[str, deque[tuple[str, Json]]] = {}
        super().__init__()

    def deliver(self) -> None:
        while self.server.events:
            event, kind, raw = self.server.events.popleft()
            self.held.setdefault(kind, deque()).append((event, raw))
        for kind in self.chance.sample(sorted(self.held), k=len(self.held)):
            waiting = self.held[kind]
            for _ in range(self.chance.randint(0, len(waiting))):
                event, raw = waiting.popleft()
                self.watches.tell(event, kind, raw)

    async def settle(self, until: Any = None, seconds: float = 0.0) -> None:
        """Until nothing is held back any more either."""
        await super().settle(until, seconds)
        while any(self.held.values()):
            await super().settle(until, seconds)
        # A status may be late, but it must not stay wrong.
        self.lies.clear()


@pytest.mark.parametrize("seed", range(12))
async def test_late_news_lead_to_the_same_lab(seed: int) -> None:
    world = LateWorld(seed)
    world.add_lab({"profile": "resilience"})
    await world.settle(seconds=60)
    assert world.errors == []
    assert world.ready(), world.status()
    jobs = [name for kind, name in world.server.created if kind == "Job"]
    assert len([name for name in jobs if "-init-" in name]) == 1
    assert len([name for name in jobs if "-inject-" in name]) == 1
    assert world.points["meteo"] == 3000
    assert [name for kind, name in world.server.deleted if "verify" not in name] == []


@pytest.mark.parametrize("seed", range(12))
async def test_late_news_of_lost_pods_lead_back_to_ready(seed: int) -> None:
    world = LateWorld(seed)
    world.add_lab({"profile": "resilience"})
    await world.settle(seconds=60)
    (before,) = world.names("Job", "verify")
    world.server.delete("Pod", METEO.namespace, "meteo-kafka-1-0")
    world.server.delete("Pod", METEO.namespace, world.names("Pod", "telegraf")[0])
    world.server.delete("Service", METEO.namespace, "meteo-kafka")
    await world.settle(seconds=60)
    assert world.ready(), world.status()
    assert world.names("Job", "verify") != [before]
    assert "meteo-kafka" in world.names("Service")
    assert world.points["meteo"] == 3000


@pytest.mark.parametrize("seed", range(6))
async def test_late_news_of_an_edit_lead_to_what_was_asked_last(seed: int) -> None:
    world = LateWorld(seed)
    world.add_lab()
    while not world.names("Job", "init"):
        world.deliver()
        await world.work()
        world.controllers.step()
    for partitions in (5, 6, 8):
        world.edit_lab({"kafka": {"topics": [{"name": "weather", "partitions": partitions}]}})
        world.deliver()
        await world.work()
    await world.settle(seconds=60)
    assert world.ready(), world.status()
    (job,) = world.names("Job", "init")
    config = world.server.get("ConfigMap", METEO.namespace, job)["data"]["config.json"]
    assert '"partitions":8' in config.replace(" ", "")


async def test_nobody_waits_for_a_controller_that_has_not_called_a_job_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It does so two or three seconds after the pod has ended, for each of three Jobs in a row."""
    said = ApiServer.set_status

    def without_conditions(
        self: ApiServer, kind: str, namespace: str, name: str, status: Json
    ) -> None:
        if kind == "Job":
            status = {key: value for key, value in status.items() if key != "conditions"}
        said(self, kind, namespace, name, status)

    monkeypatch.setattr(ApiServer, "set_status", without_conditions)
    world = World()
    world.add_lab()
    await world.settle(seconds=59)
    assert world.ready(), world.status()
    assert not [name for kind, name in world.server.deleted if kind == "Job"]
