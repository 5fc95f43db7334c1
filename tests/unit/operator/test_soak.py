"""A week of comparisons of a lab whose injection never ends: nothing of them is left in memory."""

from types import SimpleNamespace
from typing import Any

from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Observed
from streaminglab_operator.ports import ObjectToApply
from streaminglab_operator.reconcile.obstacles import Obstacle
from streaminglab_operator.reconcile.passes import Memories
from streaminglab_operator.reconcile.steps import apply
from streaminglab_operator.reconcile.steps.apply import ApplyMemory
from streaminglab_operator.render import Manifest
from streaminglab_operator.store import Store, Wakes

EPOCHS = 2000
METEO = LabKey("user-alice", "meteo")


class Cluster:
    """Applies, and tells the watch."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.version = 1

    def raw(self, kind: str, name: str) -> dict[str, Any]:
        self.version += 1
        managed = {"manager": "streaminglab-operator", "operation": "Apply", "fieldsV1": {"a": {}}}
        return {
            "metadata": {
                "namespace": METEO.namespace,
                "name": name,
                "uid": f"uid-{name}",
                "resourceVersion": str(self.version),
                "labels": {"streaminglab.dev/lab": METEO.name},
                "annotations": {"streaminglab.dev/digest": "d"},
                "managedFields": [managed],
            }
        }

    async def apply(self, item: ObjectToApply) -> Observed:
        raw = self.raw(item.kind, item.name)
        self.store.object_seen(item.kind, "ADDED", raw)
        return self.store.objects(METEO)[item.kind, item.name]


def _manifests(epoch: int) -> list[tuple[str, Manifest]]:
    names = ["meteo-kafka", *(f"meteo-verify-{epoch}-{part}" for part in range(3))]
    return [("verify", Manifest("v1", "ConfigMap", n, METEO.namespace, "d", "{}")) for n in names]


async def test_two_thousand_epochs_leave_the_memories_flat() -> None:
    store = Store(Wakes(lambda _: None))
    lab = {"metadata": {"namespace": METEO.namespace, "name": METEO.name, "uid": "u"}}
    store.lab_event("ADDED", lab)
    cluster, memories = Cluster(store), Memories("u")
    memory = memories.of(ApplyMemory)
    sizes = []
    for epoch in range(EPOCHS):
        this: Any = SimpleNamespace(
            tools=SimpleNamespace(store=store, cluster=cluster),
            memories=memories,
            record=SimpleNamespace(uid="u"),
            last=SimpleNamespace(applied_hash=None),
            view=SimpleNamespace(objects=dict(store.objects(METEO))),
            wanted=_manifests(epoch),
            key=METEO,
            now=300.0 * epoch,
            writes=0,
            unmade=frozenset(),
        )
        refused = this.wanted[-1][1]
        hindered = Obstacle(refused.name, refused.digest, this.now + 20)
        memory.obstacles[refused.kind, refused.name] = hindered
        await apply.run(this)
        for _, manifest in _manifests(epoch - 1)[1:]:
            store.object_seen("ConfigMap", "DELETED", cluster.raw("ConfigMap", manifest.name))
        sizes.append((len(memory.ownership), len(memory.obstacles), len(store.objects(METEO))))
    assert set(sizes[10:]) == {sizes[10]}
    assert max(sizes[-1]) <= 10
