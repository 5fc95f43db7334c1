"""How many calls one default lab costs from its first pass to rest: a recorded bound, exact.

Another number here is a decision: each of these calls is made a thousand times for a thousand labs.
"""

from collections import Counter
from typing import Any

import pytest

from tests.fakes.cluster import FakeCluster
from tests.fakes.world import NAMESPACE, World

CALLS = {
    "apply ConfigMap": 6,
    "apply Deployment": 3,
    "apply Job": 3,
    "apply NetworkPolicy": 8,
    "apply PersistentVolumeClaim": 2,
    "apply Role": 1,
    "apply RoleBinding": 1,
    "apply Service": 8,
    "apply ServiceAccount": 1,
    "apply StatefulSet": 2,
    "create Secret": 1,
    "event Ready": 1,
    "influxdb set-up": 1,
    "influxdb token": 5,
    "limit_ranges": 1,
    "patch Secret": 1,
}
READS = ("read_secret", "limit_ranges", "volume_goes", "why_not_created")
"""What a pass may ask the API server, by the port's words."""
STATUSES = 4
PASSES = 9
"""At the most: how many steps of its pods are seen at a time is the controllers' affair."""
UNHURRIED = 15, 24
"""The same of a lab of which each step is seen by itself, half a second after the last."""


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the API server."""
    found: list[str] = []

    def counted(name: str) -> Any:
        asked = getattr(FakeCluster, name)

        async def ask(self: FakeCluster, *given: Any) -> Any:
            found.append(name)
            return await asked(self, *given)

        return ask

    for name in READS:
        monkeypatch.setattr(FakeCluster, name, counted(name))
    return found


async def _until_rest(world: World) -> tuple[Counter[str], int]:
    """Its calls without the statuses, and those."""
    world.add_lab()
    await world.settle(seconds=59)
    assert world.ready(), world.status()
    found = Counter(" ".join(write.split()[:2]) for write in world.writes.done)
    return found, found.pop(f"status {NAMESPACE}/meteo")


async def test_a_default_lab_costs_so_many_calls(reads: list[str]) -> None:
    world = World()
    found, statuses = await _until_rest(world)
    assert found + Counter(reads) == CALLS
    assert statuses <= STATUSES
    assert world.passes <= PASSES


async def test_one_of_which_each_step_is_seen_costs_no_more_but_statuses(reads: list[str]) -> None:
    world = World()
    world.unhurried = True
    found, statuses = await _until_rest(world)
    assert found + Counter(reads) == CALLS
    assert statuses <= UNHURRIED[0]
    assert world.passes <= UNHURRIED[1]


async def test_whose_a_volume_is_that_is_kept_is_asked(
    reads: list[str],
) -> None:
    world = World()
    world.add_lab({"retainData": True})
    await world.settle(seconds=59)
    assert Counter(reads)["volume_goes"] == len(world.names("PersistentVolumeClaim"))


async def test_who_has_not_looked_at_a_workload_is_not_asked_why_it_has_no_pods(
    reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    monkeypatch.setattr(world.controllers, "step", lambda: False)
    world.add_lab()
    await world.settle(seconds=9)
    assert "why_not_created" not in reads
    await world.settle(seconds=3)
    assert Counter(reads)["why_not_created"] == len(world.names("StatefulSet"))
