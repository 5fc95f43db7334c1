"""How many calls one default lab costs from its first pass to rest: a recorded bound, exact.

Another number here is a decision: each of these calls is made a thousand times for a thousand labs.
"""

from collections import Counter

import pytest

from streaminglab_operator.ports import StoredSecret
from tests.fakes.cluster import FakeCluster
from tests.fakes.world import World

CALLS = {
    "apply ConfigMap": 6,
    "apply Deployment": 2,
    "apply Job": 3,
    "apply NetworkPolicy": 7,
    "apply PersistentVolumeClaim": 2,
    "apply Service": 6,
    "apply StatefulSet": 2,
    "create Secret": 1,
    "event Complete": 2,
    "event Ready": 5,
    "event Verified": 1,
    "influxdb set-up": 1,
    "influxdb token": 5,
    "patch Secret": 1,
    "read Secret": 1,
}
STATUSES = 16
PASSES = 25
"""At the most: how many steps of its pods are seen at a time is the controllers' affair."""


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the Secrets that were read."""
    found: list[str] = []
    read = FakeCluster.read_secret

    async def counted(self: FakeCluster, namespace: str, name: str) -> StoredSecret | None:
        found.append(name)
        return await read(self, namespace, name)

    monkeypatch.setattr(FakeCluster, "read_secret", counted)
    return found


async def test_a_default_lab_costs_so_many_calls(reads: list[str]) -> None:
    world = World()
    world.add_lab()
    await world.settle(seconds=59)
    assert world.ready(), world.status()
    found = Counter(" ".join(write.split()[:2]) for write in world.writes.done)
    found["read Secret"] = len(reads)
    statuses = found.pop("status user-alice/meteo")
    assert found == CALLS
    assert statuses <= STATUSES
    assert world.passes <= PASSES
