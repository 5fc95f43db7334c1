"""What the operator remembers of a lab stays as large as the lab is."""

from typing import Any

from streaminglab_operator.reconcile.steps.apply import ApplyMemory
from streaminglab_operator.reconcile.steps.observe import EPOCH_SECONDS
from tests.fakes.world import METEO, World

EPOCHS = 8


def _sizes(world: World) -> dict[str, int]:
    memories: Any = world.reconciler._memories[METEO]
    memory = memories.of(ApplyMemory)
    return {
        "ownership": len(memory.ownership),
        "made": len(memory.made),
        "written": len(memory.written),
        "obstacles": len(memory.obstacles),
        "objects": len(world.store.objects(METEO)),
        "labs": len(world.reconciler._memories),
    }


async def test_endless_comparisons_leave_nothing_behind() -> None:
    world = World()
    world.add_lab({"inject": {"points": 0}, "profile": "nano"})
    await world.settle(seconds=2 * EPOCH_SECONDS)
    jobs = set(world.names("Job", "verify"))
    before = _sizes(world)
    for _ in range(EPOCHS):
        await world.settle(seconds=EPOCH_SECONDS)
        jobs |= set(world.names("Job", "verify"))
    assert len(jobs) > EPOCHS / 2
    assert _sizes(world) == before
