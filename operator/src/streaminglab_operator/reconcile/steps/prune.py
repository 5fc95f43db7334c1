"""Delete what the lab made and is no longer wanted, with the object's uid as a condition."""

from collections.abc import Iterable, Mapping

import structlog

from streaminglab_operator.errors import ApiError
from streaminglab_operator.observed import ObjectKey, Observed
from streaminglab_operator.plan import Desired
from streaminglab_operator.reconcile.ownership import NEVER_PRUNED, own
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass
from streaminglab_operator.reconcile.steps.apply import ApplyMemory, is_fault
from streaminglab_operator.render import Manifest

log = structlog.get_logger()


async def run(this: Pass) -> Next:
    """Adds to ``writes`` and ``faults``."""
    ownership = this.memories.of(ApplyMemory).ownership
    objects = own(this.tools.store.objects(this.key), this.record.uid)
    for item in to_prune(objects, [m for _, m in this.wanted], this.desired):
        log.info("pruned", lab=str(this.key), kind=item.kind, name=item.name)
        try:
            await this.tools.cluster.delete(item, this.key.namespace)
        except ApiError as error:
            if not is_fault(error):
                raise
            this.faults.append(error)
            continue
        ownership.pop((item.kind, item.name), None)
        this.writes += 1
    return GO_ON


def to_prune(
    objects: Mapping[ObjectKey, Observed], wanted: Iterable[Manifest], desired: Desired
) -> list[Observed]:
    """What is ours and no longer wanted. Objects of a component that is only held back stay.

    A copy of an object of ours brings label, digest and owner along, and is its maker's: the API
    server itself says who has applied an object (``managedFields``).
    """
    names = {
        (m.kind, m.name)
        for m in wanted
        if not _to_make_anew(objects.get((m.kind, m.name)), m, desired)
    }
    return [
        o
        for name, o in objects.items()
        if name not in names
        and o.kind not in NEVER_PRUNED
        and o.digest
        and o.ownership
        and not o.deleting
        and o.component not in desired.kept
    ]


def _to_make_anew(live: Observed | None, wanted: Manifest, desired: Desired) -> bool:
    """A Job that can have no pod as it is, and is wanted otherwise: the next pass makes it."""
    if live is None or live.kind != "Job" or live.name not in desired.hopeless:
        return False
    return live.digest != wanted.digest
