"""Apply what differs, prune what is no longer wanted, and nothing else."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping

from streaminglab_operator.errors import ApiError
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Culprit, ObjectKey, Observed
from streaminglab_operator.plan import Desired
from streaminglab_operator.ports import Cluster, ObjectToApply
from streaminglab_operator.reconcile.memory import LabMemory
from streaminglab_operator.render import Manifest
from streaminglab_operator.store import Store

_WORKLOADS = frozenset({"StatefulSet", "Deployment", "Job"})
_NEVER_PRUNED = frozenset({"Pod", "PersistentVolumeClaim", "Secret"})


def applied_hash(objects: Iterable[Observed]) -> str:
    """One hash over everything that is ours in a lab.

    Kept in the status, so that an operator that was restarted sees with no write whether
    anybody has edited anything in between.
    """
    lines = sorted(
        f"{o.kind}/{o.name}:{o.digest}:{o.ownership}"
        for o in objects
        if o.kind not in _NEVER_PRUNED and o.digest
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def differs(manifest: Manifest, live: Observed | None, memory: LabMemory) -> bool:
    """True if an object must be applied: absent, wanted otherwise, or edited by somebody."""
    if live is None:
        return True
    if manifest.kind == "Job":
        # A Job's pod template is immutable and its name carries a digest of its inputs.
        return False
    if live.digest != manifest.digest:
        return True
    return memory.ownership.get((manifest.kind, manifest.name)) != live.ownership


async def apply_all(
    wanted: Iterable[tuple[str, Manifest]],
    key: LabKey,
    store: Store,
    cluster: Cluster,
    memory: LabMemory,
) -> int:
    """Apply what differs, configuration before workloads; how many objects were written.

    A refusal (quota, policy, immutable field) becomes the problem of its component and does not
    keep the others from being applied.
    """
    objects = store.objects(key)
    todo = [
        (component, manifest)
        for component, manifest in wanted
        if differs(manifest, objects.get((manifest.kind, manifest.name)), memory)
    ]
    refused: dict[str, Culprit] = {}

    async def one(component: str, manifest: Manifest) -> None:
        try:
            record = await cluster.apply(
                ObjectToApply(
                    manifest.api_version,
                    manifest.kind,
                    manifest.namespace,
                    manifest.name,
                    manifest.body,
                )
            )
        except ApiError as error:
            if not 400 <= error.status < 500 or error.status == 429:  # noqa: PLR2004 (HTTP)
                raise
            refused[component] = _refused(manifest, error)
            return
        memory.ownership[(manifest.kind, manifest.name)] = record.ownership
        store.applied(key, record)

    for workloads in (False, True):
        wave = [one(c, m) for c, m in todo if (m.kind in _WORKLOADS) is workloads]
        await asyncio.gather(*wave)
    for component in {c for c, _ in todo}:
        memory.problems.pop(component, None)
    memory.problems.update(refused)
    return len(todo) - len(refused)


def _refused(manifest: Manifest, error: ApiError) -> Culprit:
    where = f"{manifest.kind} {manifest.name}"
    if "exceeded quota" in error.message:
        return Culprit("QuotaExceeded", f"the quota forbids {where}: {error.message}")
    if "being terminated" in error.message:
        return Culprit("NamespaceTerminating", "the namespace is being deleted")
    return Culprit("Refused", f"the API server refused {where}: {error.message}")


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
