"""Apply what differs, prune what is no longer wanted, and nothing else."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence

from streaminglab_operator.errors import ApiError
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Culprit, ObjectKey, Observed
from streaminglab_operator.observed.refusals import refusal
from streaminglab_operator.plan import Desired
from streaminglab_operator.ports import Cluster, ObjectToApply
from streaminglab_operator.reconcile.memory import LabMemory
from streaminglab_operator.render import Manifest
from streaminglab_operator.store import Store

RETRY_REFUSED_SECONDS = 20.0

_WORKLOADS = frozenset({"StatefulSet", "Deployment", "Job"})
_NEVER_PRUNED = frozenset({"Pod", "PersistentVolumeClaim", "Secret"})


def applied_hash(objects: Mapping[ObjectKey, Observed], ownership: Mapping[ObjectKey, str]) -> str:
    """One hash over everything that is ours in a lab.

    Kept in the status, so that an operator that was restarted sees with no write whether
    anybody has edited anything in between. ``ownership``: as it was right after our applies,
    which counts where an edit has come since; empty: as it is now.
    """
    lines = sorted(
        f"{o.kind}/{o.name}:{o.digest}:{ownership.get(key, o.ownership)}"
        for key, o in objects.items()
        if o.kind not in _NEVER_PRUNED and o.digest
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def differs(manifest: Manifest, live: Observed | None, memory: LabMemory) -> bool:
    """True if an object must be applied: absent, wanted otherwise, or edited by somebody."""
    if live is None:
        return True
    if live.digest != manifest.digest:
        # A Job's pod template is immutable, and its name carries a digest of its inputs: what
        # else has changed (an image, a size) is no reason to do its work again.
        return manifest.kind != "Job"
    return memory.ownership.get((manifest.kind, manifest.name)) != live.ownership


async def apply_all(
    key: LabKey,
    wanted: Sequence[tuple[str, Manifest]],
    *,
    store: Store,
    cluster: Cluster,
    memory: LabMemory,
    now: float,
) -> int:
    """Apply what differs, configuration before workloads; how many objects were written.

    A refusal (quota, policy, immutable field) becomes the problem of its component and does not
    keep the others from being applied. It is tried again after a while, not at each wake-up.
    """
    objects = store.objects(key)
    todo = [
        (component, manifest)
        for component, manifest in wanted
        if differs(manifest, objects.get((manifest.kind, manifest.name)), memory)
        and not memory.waits(manifest, now)
    ]
    refused: dict[str, Culprit] = {}

    async def one(component: str, manifest: Manifest) -> None:
        try:
            record = await cluster.apply(_to_apply(manifest))
        except ApiError as error:
            if not is_refusal(error):
                raise
            refused[component] = refusal(error.message, f"{manifest.kind} {manifest.name}")
            memory.refuse(manifest, now + RETRY_REFUSED_SECONDS)
            return
        memory.ownership[(manifest.kind, manifest.name)] = record.ownership
        store.applied(key, record)

    for workloads in (False, True):
        wave = [one(c, m) for c, m in todo if (m.kind in _WORKLOADS) is workloads]
        # All are waited for, also after an error: none may still write when the next pass begins.
        errors = [e for e in await asyncio.gather(*wave, return_exceptions=True) if e]
        if errors:
            raise errors[0]
    still_refused = {c for c, m in wanted if memory.waits(m, now)}
    for component in {c for c, _ in todo} - still_refused:
        memory.problems.pop(component, None)
    memory.problems.update(refused)
    return len(todo) - len(refused)


def _to_apply(manifest: Manifest) -> ObjectToApply:
    return ObjectToApply(
        manifest.api_version, manifest.kind, manifest.namespace, manifest.name, manifest.body
    )


def is_refusal(error: ApiError) -> bool:
    """True if the API server understood and said no: to ask again at once would not help."""
    return 400 <= error.status < 500 and error.status not in (409, 429)  # noqa: PLR2004 (HTTP)


def to_prune(
    objects: Mapping[ObjectKey, Observed], wanted: Iterable[Manifest], desired: Desired
) -> list[Observed]:
    """What is ours and no longer wanted. Objects of a component that is only held back stay."""
    names = {(m.kind, m.name) for m in wanted}
    return [
        o
        for name, o in objects.items()
        if name not in names
        and o.kind not in _NEVER_PRUNED
        and o.digest
        and not o.deleting
        and o.component not in desired.kept
    ]
