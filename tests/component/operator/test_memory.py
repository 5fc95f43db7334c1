"""What the operator remembers of a lab stays as large as the lab is."""

from typing import Any

from streaminglab_operator.reconcile.lab_secret import LOOK_SECONDS
from streaminglab_operator.reconcile.steps.apply import ApplyMemory
from streaminglab_operator.reconcile.steps.observe import EPOCH_SECONDS
from tests.fakes.connect import SINK
from tests.fakes.world import METEO, World

EPOCHS = 8
COMERS = 4
CONNECTOR = {"name": "lines", "class": SINK, "config": {"topics": "test"}}
ALL: dict[str, Any] = {"connect": {"connectors": [CONNECTOR]}, "jupyter": {}}


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


def _kept(world: World) -> dict[str, Any]:
    """Of labs that may be gone: everything that has one of their names in it."""
    store: Any = world.store
    claims, reconciler = store.claims, world.reconciler
    slots: Any = reconciler._tools.upgrades
    return {
        "labs": set(store._labs),
        "objects": set(store._objects),
        "strays": len(store._strays),
        "claims": (set(claims._claims), set(claims._ages), set(claims._claimants)),
        "memories": set(reconciler._memories),
        "upgrades": (set(slots._holding), set(slots._waiting)),
        "queue": {
            name: [str(entry) for entry in value if METEO.namespace in str(entry)]
            for name, value in vars(world.engine.queue).items()
            # Who came just now, and who comes too often: bounded by itself (test_workqueue.py).
            if isinstance(value, dict | set) and name not in ("_buckets", "_lively")
        },
    }


async def test_labs_that_come_and_go_leave_nothing_behind() -> None:
    world = World(most_rolling=1)
    world.add_lab(dict(ALL))
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=2 * LOOK_SECONDS)
    before = _kept(world)
    assert before["memories"] == {METEO}
    for number in range(COMERS):
        key = world.add_lab({**ALL, "access": {"ingress": {"domain": "x.org"}}}, f"lab-{number}")
        await world.settle(lambda key=key: world.ready(key), seconds=120)  # type: ignore[misc]
        world.server.delete("StreamingLab", key.namespace, key.name)
        await world.settle(seconds=30)
    # By then every look that was asked for has come.
    await world.settle(seconds=2 * LOOK_SECONDS)
    assert _kept(world) == before


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
