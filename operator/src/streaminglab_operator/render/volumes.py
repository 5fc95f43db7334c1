"""The volume claims of a rendered StatefulSet: the operator makes them, under the names that the
StatefulSet gives them (docs/decisions/0045).

A claim that the StatefulSet controller makes is written by it once more, to set an owner, while the
scheduler binds it: one of the two writes is refused, and the pod waits for the next try (KEP-1847).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from streaminglab_operator.observed import ClaimTemplate
from streaminglab_operator.observed.quantity import same

KIND = "PersistentVolumeClaim"
CLASS = "storageClassName"
_KEEP = {"whenDeleted": "Retain", "whenScaled": "Retain"}
_POLICY = "persistentVolumeClaimRetentionPolicy"


def without_owners(document: Mapping[str, Any]) -> dict[str, Any]:
    """A rendered object, whose controller writes no owner into claims; other kinds as they are."""
    if not _templates(document):
        return dict(document)
    return {**document, "spec": {**document["spec"], _POLICY: _KEEP}}


def claims(document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """The claims of its pods (of a StatefulSet without pods those of its first), each with whether
    the chart says that it outlives the StatefulSet."""
    kept = (document.get("spec") or {}).get(_POLICY, _KEEP).get("whenDeleted") != "Delete"
    for name, template in named(document, least=1):
        labels = template["metadata"].get("labels", {})
        body = {
            "apiVersion": "v1",
            "kind": KIND,
            "metadata": {"name": name, "labels": dict(labels)},
            "spec": template["spec"],
        }
        yield body, kept


def named(document: Mapping[str, Any], *, least: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each claim of the pods of a StatefulSet, by the name that Kubernetes gives it, with its
    template. ``least``: of so many pods, also if it has fewer."""
    for template in _templates(document):
        for number in range(max(least, document["spec"].get("replicas", 1))):
            yield (
                f"{template['metadata']['name']}-{document['metadata']['name']}-{number}",
                template,
            )


def as_made(text: str, made: Mapping[str, ClaimTemplate]) -> str:
    """The JSON of a StatefulSet, with the sizes and classes that its claim templates were made
    with: Kubernetes refuses to change them, and the claims say now what a volume is to be.

    ``made``: by name of the template. Where both say the same amount the text stays as it is.
    """
    body = json.loads(text)
    changed = False
    for template in _templates(body):
        before = made.get(template["metadata"]["name"])
        if before is None:
            continue
        spec, requests = template["spec"], template["spec"]["resources"]["requests"]
        if before.size and not same(before.size, requests["storage"]):
            requests["storage"], changed = before.size, True
        if before.class_name != spec.pop(CLASS, ""):
            changed = True
        if before.class_name:
            spec[CLASS] = before.class_name
    return json.dumps(body, sort_keys=True, separators=(",", ":")) if changed else text


def _templates(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    if document["kind"] != "StatefulSet":
        return []
    found: list[dict[str, Any]] = document["spec"].get("volumeClaimTemplates") or []
    return found
