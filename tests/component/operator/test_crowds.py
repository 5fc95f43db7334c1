"""However many objects somebody says are a lab's, and however he says it, they cost little."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.observed import Culprit, Observed
from tests.fakes.world import METEO, World

MANY = 200
ASKED = 64
"""Of a lab in one pass; it has some twenty workloads."""


def _forged(number: int, uid: str) -> dict[str, Any]:
    """A StatefulSet of somebody's own, with the lab's label and its uid for an owner."""
    owner = {"apiVersion": "streaminglab.dev/v1alpha1", "kind": "StreamingLab", "name": METEO.name}
    metadata = {
        "name": f"mine-{number}",
        "namespace": METEO.namespace,
        "labels": {"streaminglab.dev/lab": METEO.name, "app.kubernetes.io/component": "mine"},
        "ownerReferences": [{**owner, "uid": uid, "controller": True}],
    }
    template = {"metadata": {"labels": {"mine": str(number)}}, "spec": {"containers": []}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"mine": str(number)}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": spec}


class Asked:
    """Counts what is asked about workloads, and done to them, beside the real thing."""

    def __init__(self, world: World) -> None:
        self.count, self._real = 0, world.cluster.why_not_created
        world.cluster.why_not_created = self._ask  # type: ignore[method-assign]

    async def _ask(self, namespace: str, item: Observed) -> Culprit | None:
        self.count += 1
        return await self._real(namespace, item)


async def test_of_workloads_that_others_say_are_a_labs_few_are_asked_about() -> None:
    """Each of them has no pod: an Event was looked for, and it was touched, every ten seconds."""
    world = World()
    world.add_lab()
    await world.settle(world.ready)
    asked = Asked(world)
    uid = world.server.objects[("StreamingLab", *_where())]["metadata"]["uid"]
    world.server.admission.append(lambda kind, body: "no" if _is_forged(kind, body) else None)
    for number in range(MANY):
        world.server.create(_forged(number, uid), "kubectl")
    passes = world.passes
    await world.settle(seconds=60)
    assert 0 < asked.count <= ASKED * (world.passes - passes)
    assert world.ready(), "the lab's own workloads are as they were"


def _where() -> tuple[str, str]:
    return METEO.namespace, METEO.name


def _is_forged(kind: str, body: dict[str, Any]) -> bool:
    return kind == "Pod" and "mine" in body["metadata"].get("labels", {})
