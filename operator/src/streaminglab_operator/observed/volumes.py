"""From a PersistentVolumeClaim as the API server gives it to what decisions need of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from streaminglab_operator.names import FIELD_MANAGER
from streaminglab_operator.observed import ClaimState, ClaimTemplate, Growth
from streaminglab_operator.observed.text import LABEL, NAME, SENTENCE, cut

MOST_OWNERS, MOST_TEMPLATES = 64, 16
"""Kubernetes has no bound for either, but that of an object's size: ten thousand fit."""
_WITH_IT = ("StreamingLab", "StatefulSet")
"""Kinds of owners that are looked for: they are kept before others."""
_FAILING = ("ControllerResizeError", "NodeResizeError")
_WRITERS = (FIELD_MANAGER, "kube-controller-manager")
_WAITS_FOR_POD = "FileSystemResizePending"


def claim_state(raw: Mapping[str, Any]) -> ClaimState | None:
    """None where ``raw`` is the metadata alone."""
    if "spec" not in raw:
        return None
    spec, status = raw["spec"], raw.get("status", {})
    owners = raw["metadata"].get("ownerReferences") or ()
    owners = sorted(owners, key=lambda o: o.get("kind") not in _WITH_IT)[:MOST_OWNERS]
    growth, said = _growth(status)
    return ClaimState(
        bound=status.get("phase") == "Bound",
        # A claim that is Lost has had a volume, and its name.
        fresh=status.get("phase") in (None, "Pending") and not spec.get("volumeName"),
        asked=_storage(spec.get("resources", {}).get("requests")),
        size=_storage(status.get("capacity")),
        owners=tuple((cut(o.get("kind"), LABEL), cut(o.get("uid"), LABEL)) for o in owners),
        class_name=cut(spec.get("storageClassName"), NAME),
        class_asked=_was_written(raw["metadata"], "f:storageClassName"),
        growth=growth,
        said=said,
    )


def templates_of(spec: Mapping[str, Any]) -> Iterator[tuple[str, ClaimTemplate]]:
    """Of a StatefulSet's claim templates each name with what it asks for."""
    for template in (spec.get("volumeClaimTemplates") or ())[:MOST_TEMPLATES]:
        claim = template.get("spec", {})
        size = _storage(claim.get("resources", {}).get("requests"))
        made = ClaimTemplate(size, cut(claim.get("storageClassName"), NAME))
        yield cut(template["metadata"]["name"], NAME), made


def _was_written(metadata: Mapping[str, Any], field: str) -> bool:
    """Whether the operator set a field of the spec, or the StatefulSet controller by the template
    that it has from it: what admission fills in is nobody's (server-side apply, KEP-555)."""
    entries = metadata.get("managedFields") or ()
    written = (e.get("fieldsV1") or {} for e in entries if e.get("manager") in _WRITERS)
    return any(field in (fields.get("f:spec") or {}) for fields in written)


def _storage(amounts: Mapping[str, Any] | None) -> str:
    return cut((amounts or {}).get("storage"), LABEL)


def _growth(status: Mapping[str, Any]) -> tuple[Growth, str]:
    """How far the growth has come (KEP-1790, KEP-284), and what is said of it."""
    true = {c.get("type"): c for c in status.get("conditions") or () if c.get("status") == "True"}
    for failing in _FAILING:
        if failing in true:
            return Growth.FAILING, cut(true[failing].get("message"), SENTENCE)
    step = (status.get("allocatedResourceStatuses") or {}).get("storage", "")
    if str(step).endswith("Infeasible"):
        return Growth.FAILING, "the storage driver says that this size cannot be had"
    return (Growth.WAITS_FOR_POD if _WAITS_FOR_POD in true else Growth.NONE), ""
