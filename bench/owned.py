"""What a manager applied, from an object as it lives in the cluster.

Server-side apply keeps a record of which fields a manager owns (``managedFields``, KEP-555). So
the manifests of the floor are the operator's own, without asking the operator.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]


def applied_by(manager: str, live: Mapping[str, Any]) -> Json | None:
    """The object as ``manager`` applied it, or None if it did not."""
    for entry in live["metadata"].get("managedFields", []):
        if entry.get("manager") == manager and entry.get("operation") == "Apply":
            body: Json = _owned(live, entry.get("fieldsV1", {}))
            metadata = body.setdefault("metadata", {})
            metadata["name"] = live["metadata"]["name"]
            metadata["namespace"] = live["metadata"]["namespace"]
            return {"apiVersion": live["apiVersion"], "kind": live["kind"], **body}
    return None


def without_owner(document: Mapping[str, Any]) -> Json:
    """The same object, belonging to nothing: it is to be applied where its owner is not."""
    metadata = {k: v for k, v in document["metadata"].items() if k != "ownerReferences"}
    return {**document, "metadata": metadata}


def moved(documents: Iterable[Json], old: str, new: str) -> list[Json]:
    """The same objects with another namespace, or label; a namespace is part of addresses in
    them, too."""
    return [json.loads(json.dumps(d).replace(old, new)) for d in documents]


def _owned(value: Any, fields: Mapping[str, Any]) -> Any:
    inner = {k: v for k, v in fields.items() if k != "."}
    if not inner:
        return value if not fields else _empty(value)
    if isinstance(value, Mapping):
        return {
            key[2:]: _owned(value[key[2:]], sub)
            for key, sub in inner.items()
            if key.startswith("f:") and key[2:] in value
        }
    return [item for item in (_owned_item(item, inner) for item in value) if item is not None]


def _empty(value: Any) -> Any:
    """Owned itself, without anything in it: an empty map or list, or else a plain value."""
    if isinstance(value, Mapping):
        return {}
    return [] if isinstance(value, list) else value


def _owned_item(item: Any, fields: Mapping[str, Any]) -> Any:
    for key, sub in fields.items():
        kind, _, text = key.partition(":")
        wanted = json.loads(text)
        if kind == "v" and item == wanted:
            return item
        if kind == "k" and all(item.get(k) == v for k, v in wanted.items()):
            # The keys belong to the item even where they came from a default.
            return {**wanted, **_owned(item, sub)}
    return None
