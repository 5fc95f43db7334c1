"""Tell services of a catalog where the lab's Kafka and databases are, once they answer."""

from dataclasses import dataclass, field
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.errors import Conflict, NotFound
from streaminglab_operator.plan import announced
from streaminglab_operator.ports import StoredSecret
from streaminglab_operator.reconcile import lab_secret
from streaminglab_operator.reconcile.identity import identity
from streaminglab_operator.reconcile.lab_secret import LOOK_SECONDS, CredentialsMemory
from streaminglab_operator.reconcile.passes import Next, Pass
from streaminglab_operator.render import owner_reference
from streaminglab_operator.services import Service
from streaminglab_operator.services.pieces import Announced
from streaminglab_operator.status.components import workload

AGAIN_SECONDS = 10.0


@dataclass(slots=True)
class AnnounceMemory:
    """By component a digest of what its Secret was last seen, or made, to say, and when."""

    said: dict[str, tuple[str, float]] = field(default_factory=dict)


async def run(this: Pass) -> Next:
    """Sets ``announced``: what there is a Secret of, or will be.

    It is recorded in the status before it is told: an operator that starts anew in between knows so
    what is to be taken back. A Secret that was deleted by hand wakes nobody, so it is looked at
    from time to time. What is no longer to be found loses annotation and values, and goes with the
    lab: the operator deletes none.
    """
    recorded = this.view.announced
    found, looks = [], []
    for service, said in announced.ANNOUNCED:
        component = service.component
        known = component in recorded
        if announced.wanted(this.lab, service):
            if known:
                looks.append(await _announce(this, service, said))
            if known or workload(this.lab, this.view, this.desired, component).ready:
                found.append(component)
        elif known and not await _taken_back(this, component):
            looks.append(AGAIN_SECONDS)
            found.append(component)
    this.announced = tuple(found)
    return Next(min(looks, default=None))


async def _announce(this: Pass, service: Service[Any], said: Announced) -> float:
    """Have its Secret say what it should; in how many seconds to look again."""
    memory, component = this.memories.of(AnnounceMemory), service.component
    known = this.memories.of(CredentialsMemory).values
    values = announced.values(this.lab, service, said, known)
    digest = names.digest(*(f"{k}={v!r}" for k, v in sorted(values.items())), length=16)
    before, at = memory.said.get(component, ("", 0.0))
    if before == digest and this.now - at < LOOK_SECONDS:
        return at + LOOK_SECONDS - this.now
    try:
        if not await _write(this, component, values, said.kind):
            return AGAIN_SECONDS
    except (Conflict, NotFound):
        return AGAIN_SECONDS
    memory.said[component] = (digest, this.now)
    return LOOK_SECONDS


async def _taken_back(this: Pass, component: str) -> bool:
    """Whether it is to be found no more; another's Secret never told of it."""
    this.memories.of(AnnounceMemory).said.pop(component, None)
    try:
        await _write(this, component, {}, "")
    except (Conflict, NotFound):
        return False
    return True


async def _write(this: Pass, component: str, values: dict[str, str], kind: str) -> bool:
    """False where another's Secret has the name: it is left as it is. ``kind``: empty where there
    is nothing to be found any more."""
    where = (this.key.namespace, names.discoverable(this.key.name, component))
    cluster, meta = this.tools.cluster, _metadata(this, component, kind)
    stored: StoredSecret | None = await cluster.read_secret(*where)
    if stored is None:
        if values:
            await cluster.create_secret(*where, values, meta)
        return True
    if lab_secret.in_the_way(this.lab, stored, where[1]) is not None:
        return False
    if values or stored.annotations.get(announced.ANNOTATION):
        said = {**dict.fromkeys(stored.values), **values}
        await cluster.patch_secret(*where, said, meta, stored.version)
    return True


def _metadata(this: Pass, component: str, kind: str) -> dict[str, Any]:
    return {
        "labels": lab_secret.labels(this.lab, component),
        "annotations": {announced.ANNOTATION: kind},
        "ownerReferences": [owner_reference(identity(this.lab))],
    }
