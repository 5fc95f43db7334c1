"""From any object as the API server gives it to an :class:`Observed`."""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import orjson

from streaminglab_operator.names import (
    COMPONENT_LABEL,
    DIGEST_ANNOTATION,
    FIELD_MANAGER,
    LAB_LABEL,
    LIMITS_ANNOTATION,
    OPERATOR_ANNOTATION,
    LabKey,
)
from streaminglab_operator.observed import Culprit, JobState, Observed, State, WorkloadState
from streaminglab_operator.observed.pods import pod_state
from streaminglab_operator.observed.refusals import refusal
from streaminglab_operator.observed.text import IMAGE, LABEL, NAME, SENTENCE, cut
from streaminglab_operator.observed.volumes import claim_state, templates_of
from streaminglab_operator.observed.ways import ingress_state, route_state, service_state

KNOWN_BYTES = 16 * 1024
"""Of a set of fields whose hash is kept: that of our largest object has 4 KB."""


def lab_of(raw: Mapping[str, Any]) -> LabKey | None:
    """The lab that an object says it belongs to, by its label."""
    metadata = raw["metadata"]
    lab = metadata.get("labels", {}).get(LAB_LABEL)
    return LabKey(metadata.get("namespace", ""), lab) if lab else None


def observed(kind: str, raw: Mapping[str, Any]) -> Observed:
    """Keep what decisions need of one object; ``raw`` may be its metadata alone.

    Its words are interned: most of them stand in many objects, and in what is remembered of a
    lab, and they are half of what a lab takes of memory.
    """
    metadata = raw["metadata"]
    return Observed(
        kind=kind,
        name=sys.intern(metadata["name"]),
        uid=sys.intern(metadata["uid"]),
        resource_version=int(metadata["resourceVersion"]),
        component=sys.intern(cut(metadata.get("labels", {}).get(COMPONENT_LABEL), LABEL)),
        digest=sys.intern(cut(metadata.get("annotations", {}).get(DIGEST_ANNOTATION), LABEL)),
        ownership=sys.intern(ownership(metadata)),
        deleting="deletionTimestamp" in metadata,
        image=_image(raw),
        state=_state(kind, raw),
        deleted_at=cut(metadata.get("deletionTimestamp"), LABEL),
        operator=sys.intern(cut(metadata.get("annotations", {}).get(OPERATOR_ANNOTATION), LABEL)),
        owner=sys.intern(_owner(metadata)),
        limits=cut(metadata.get("annotations", {}).get(LIMITS_ANNOTATION), NAME),
    )


def _owner(metadata: Mapping[str, Any]) -> str:
    """The uid of its controller, or of its first owner where none of them is that."""
    owners = metadata.get("ownerReferences") or [{}]
    return cut(next((o for o in owners if o.get("controller")), owners[0]).get("uid"), LABEL)


def ownership(metadata: Mapping[str, Any]) -> str:
    """A hash of the set of fields that the API server says we own; ``""`` if none.

    Another manager that changes one of our fields takes it out of our set, and removing one of
    our fields does too (server-side apply, KEP-555). So this hash changes exactly when somebody
    edited what is ours.
    """
    for entry in metadata.get("managedFields", []):
        if entry.get("manager") == FIELD_MANAGER and entry.get("operation") == "Apply":
            return _hash_of(entry.get("fieldsV1", {}))
    return ""


def _hash_of(fields: Any) -> str:
    """Equal labs have equal sets of fields, and the API server says them in one order: of most
    objects it is known already."""
    try:
        text = orjson.dumps(fields)
    except TypeError:
        return _sorted_hash(fields)
    return _known(text) if len(text) <= KNOWN_BYTES else _sorted_hash(fields)


@lru_cache(maxsize=1024)
def _known(fields: bytes) -> str:
    return _sorted_hash(orjson.loads(fields))


def _sorted_hash(fields: Any) -> str:
    """What stands in ``appliedHash`` depends on it."""
    text = json.dumps(fields, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _image(raw: Mapping[str, Any]) -> str:
    containers = raw.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [])
    return sys.intern(cut(containers[0].get("image"), IMAGE)) if containers else ""


def _state(kind: str, raw: Mapping[str, Any]) -> State:
    if kind in ("StatefulSet", "Deployment"):
        return _workload(kind, raw)
    read = _READERS.get(kind)
    return read(raw) if read else None


def _workload(kind: str, raw: Mapping[str, Any]) -> WorkloadState | None:
    if "spec" not in raw:
        return None
    status = raw.get("status", {})
    desired = raw["spec"].get("replicas", 1)
    seen = status.get("observedGeneration", 0) >= raw["metadata"].get("generation", 0)
    if kind == "StatefulSet":
        updated = status.get("updateRevision", "") == status.get("currentRevision", "")
        updated = updated or status.get("updatedReplicas", 0) >= desired
    else:
        updated = status.get("updatedReplicas", 0) >= desired
        updated = updated and status.get("replicas", 0) <= desired
    return WorkloadState(
        desired=desired,
        ready=status.get("readyReplicas", 0),
        settled=seen and updated,
        culprit=_replica_failure(status),
        revision=cut(status.get("updateRevision"), NAME) if seen else "",
        claims=tuple(templates_of(raw["spec"])),
        seen=seen,
    )


def _replica_failure(status: Mapping[str, Any]) -> Culprit | None:
    for condition in status.get("conditions", []):
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True":
            return refusal(cut(condition.get("message"), SENTENCE))
    return None


def _job(raw: Mapping[str, Any]) -> JobState | None:
    if "spec" not in raw:
        return None
    status = raw.get("status", {})
    true = {c["type"]: c for c in status.get("conditions", []) if c.get("status") == "True"}
    return JobState(
        complete="Complete" in true,
        failed="Failed" in true,
        active=status.get("active", 0),
        failures=status.get("failed", 0),
        message=cut(true.get("Failed", {}).get("message"), SENTENCE),
        seen=bool(status),
    )


_READERS: Mapping[str, Callable[[Mapping[str, Any]], State]] = {
    "Pod": pod_state,
    "Job": _job,
    "Ingress": ingress_state,
    "HTTPRoute": route_state,
    "Service": service_state,
    "PersistentVolumeClaim": claim_state,
}
