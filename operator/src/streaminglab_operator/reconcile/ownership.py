"""Which objects of a lab are ours, and whether anybody has edited them. Pure.

A label says which lab an object is said to belong to, and anybody can write one. What a lab made
itself has the lab's uid for its owner: only that is changed, counted on, or deleted.
"""

import hashlib
from collections.abc import Iterable, Mapping

from streaminglab_operator.observed import ObjectKey, Observed

NEVER_PRUNED = frozenset({"Pod", "PersistentVolumeClaim", "Secret"})
_OF_ANYBODY = ("Pod", "PersistentVolumeClaim")


def is_own(item: Observed, uid: str) -> bool:
    """True if the lab with this uid made the object."""
    return item.owner == uid


def own(objects: Mapping[ObjectKey, Observed], uid: str) -> dict[ObjectKey, Observed]:
    """What a lab made itself. Besides, every pod that is said to be one of its: those are made by
    workloads, and often through one more object that the operator does not watch; and every volume
    claim, for one that is kept has no owner: :mod:`plan.volumes` looks whose each one is."""
    return {key: o for key, o in objects.items() if o.kind in _OF_ANYBODY or is_own(o, uid)}


def pods_of(pods: Iterable[Observed], objects: Mapping[ObjectKey, Observed]) -> list[Observed]:
    """Those of the pods that one of these objects made, as StatefulSets and Jobs do."""
    makers = {o.uid for o in objects.values()}
    return [pod for pod in pods if pod.owner in makers]


def applied_hash(objects: Mapping[ObjectKey, Observed], ownership: Mapping[ObjectKey, str]) -> str:
    """One hash over everything that is ours in a lab.

    Kept in the status, so that an operator that was restarted sees with no write whether
    anybody has edited anything in between. ``ownership``: as it was right after our applies,
    which counts where an edit has come since; empty: as it is now.
    """
    lines = sorted(
        f"{o.kind}/{o.name}:{o.digest}:{ownership.get(key, o.ownership)}"
        for key, o in objects.items()
        if o.kind not in NEVER_PRUNED and o.digest
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
