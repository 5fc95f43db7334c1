"""Which objects of a lab are ours, and whether anybody has edited them. Pure."""

import hashlib
from collections.abc import Mapping

from streaminglab_operator.observed import ObjectKey, Observed

NEVER_PRUNED = frozenset({"Pod", "PersistentVolumeClaim", "Secret"})


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
