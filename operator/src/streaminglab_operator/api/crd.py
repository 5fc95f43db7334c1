"""The CustomResourceDefinition of a kind, made from its models and its table of rules.

Used by `python -m tools.generate` and by tests; the running operator never installs it.
"""

from __future__ import annotations

from typing import Any

from streaminglab_operator.api.structural import (
    Schema,
    filled,
    in_order,
    structural,
    without_defaults,
)
from streaminglab_operator.schema.kinds import Kind
from streaminglab_operator.schema.rules import Rule


def crd(kind: Kind[Any, Any]) -> dict[str, Any]:
    """The whole CRD as plain data."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": kind.crd_name,
            "labels": {"app.kubernetes.io/part-of": "streaminglab"},
        },
        "spec": {
            "group": kind.group,
            "scope": "Namespaced",
            "names": {
                "kind": kind.kind,
                "listKind": f"{kind.kind}List",
                "plural": kind.plural,
                "singular": kind.singular,
                "shortNames": list(kind.short_names),
                "categories": [kind.category],
            },
            "versions": [
                {
                    "name": kind.version,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": [column.to_dict() for column in kind.columns],
                    "schema": {"openAPIV3Schema": root_schema(kind)},
                }
            ],
        },
    }


def root_schema(kind: Kind[Any, Any]) -> Schema:
    """The schema of a whole object, with every CEL rule in its place."""
    spec = structural(kind.spec.model_json_schema())
    # Written out in full: the API server tries the rules on this default before it fills it.
    spec["default"] = filled(spec, {})
    root: Schema = {
        "description": kind.description,
        "type": "object",
        "properties": {
            "apiVersion": {"description": f"Always {kind.api_version}.", "type": "string"},
            "kind": {"description": f"Always {kind.kind}.", "type": "string"},
            # The bound is the API server's own; said here, it bounds the cost of the name's rule.
            "metadata": {
                "type": "object",
                "properties": {"name": {"type": "string", "maxLength": 253}},
            },
            "spec": in_order(spec),
            "status": without_defaults(
                structural(kind.status.model_json_schema(mode="validation"))
            ),
        },
    }
    for rule in kind.rules:
        for place in rule.at if rule.cel else ():
            node = schema_at(root, place)
            node.setdefault("x-kubernetes-validations", []).append(validation(rule))
    return root


def schema_at(root: Schema, place: str) -> Schema:
    """The part of the schema at a place such as `spec.kafka.topics[].name` ("" is the root)."""
    node = root
    for part in place.split(".") if place else ():
        node = node["properties"][part.removesuffix("[]")]
        if part.endswith("[]"):
            node = node["items"]
    return node


def validation(rule: Rule) -> dict[str, str]:
    """One entry of `x-kubernetes-validations`."""
    entry = {"rule": rule.cel, "message": rule.message}
    if rule.cel_message:
        entry["messageExpression"] = rule.cel_message
    if rule.field_path:
        entry["fieldPath"] = rule.field_path
    return entry
