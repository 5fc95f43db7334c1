"""The volume claims of a rendered StatefulSet: the operator makes them, under the names that the
StatefulSet gives them (docs/decisions/0045).

A claim that the StatefulSet controller makes is written by it once more, to set an owner, while the
scheduler binds it: one of the two writes is refused, and the pod waits for the next try (KEP-1847).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from streaminglab_operator.observed.quantity import same

KIND = "PersistentVolumeClaim"
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
    templates, spec = _templates(document), document.get("spec") or {}
    kept = spec.get(_POLICY, _KEEP).get("whenDeleted") != "Delete"
    for template in templates:
        for number in range(max(1, spec.get("replicas", 1))):
            name = f"{template['metadata']['name']}-{document['metadata']['name']}-{number}"
            labels = template["metadata"].get("labels", {})
            body = {
                "apiVersion": "v1",
                "kind": KIND,
                "metadata": {"name": name, "labels": dict(labels)},
                "spec": template["spec"],
            }
            yield body, kept


def as_made(text: str, made: Mapping[str, str]) -> str:
    """The JSON of a StatefulSet, with the sizes that its claim templates were made with: Kubernetes
    refuses to change them, and they say no more how large a volume is to be.

    ``made``: by name of the template. Where both say the same amount the text stays as it is.
    """
    body = json.loads(text)
    changed = False
    for template in _templates(body):
        size = made.get(template["metadata"]["name"], "")
        requests = template["spec"]["resources"]["requests"]
        if size and not same(size, requests["storage"]):
            requests["storage"], changed = size, True
    return json.dumps(body, sort_keys=True, separators=(",", ":")) if changed else text


def _templates(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    if document["kind"] != "StatefulSet":
        return []
    found: list[dict[str, Any]] = document["spec"].get("volumeClaimTemplates") or []
    return found
