"""The CustomResourceDefinition, made from the models and the table of rules.

Used by `python -m tools.generate` and by tests; the running operator never installs it.
"""

from __future__ import annotations

from typing import Any

from streaminglab_operator.api.base import CATEGORY, SHORT_NAMES, SINGULAR
from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.rules import RULES, Rule
from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.api.status import StreamingLabStatus
from streaminglab_operator.api.structural import (
    Schema,
    filled,
    in_order,
    structural,
    without_defaults,
)
from streaminglab_operator.names import GROUP, KIND, PLURAL, VERSION

_READY = f'.status.conditions[?(@.type=="{ConditionType.READY}")]'

PRINTER_COLUMNS: tuple[dict[str, Any], ...] = (
    {
        "name": ConditionType.READY.value,
        "type": "string",
        "jsonPath": f"{_READY}.status",
    },
    {
        "name": "Status",
        "type": "string",
        "jsonPath": f"{_READY}.message",
    },
    {
        "name": "Brokers",
        "type": "string",
        "jsonPath": '.status.components[?(@.name=="kafka")].ready',
        "description": "Kafka brokers that answer, of those that should.",
    },
    {
        "name": "Data",
        "type": "string",
        "jsonPath": ".status.data.summary",
        "description": "Points seen in InfluxDB, in the producer's topic and in Telegraf's.",
    },
    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    {"name": "Phase", "type": "string", "jsonPath": ".status.phase", "priority": 1},
)


def crd() -> dict[str, Any]:
    """The whole CRD as plain data."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{PLURAL}.{GROUP}",
            "labels": {"app.kubernetes.io/part-of": "streaminglab"},
        },
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": KIND,
                "listKind": f"{KIND}List",
                "plural": PLURAL,
                "singular": SINGULAR,
                "shortNames": list(SHORT_NAMES),
                "categories": [CATEGORY],
            },
            "versions": [
                {
                    "name": VERSION,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": [dict(column) for column in PRINTER_COLUMNS],
                    "schema": {"openAPIV3Schema": root_schema()},
                }
            ],
        },
    }


def root_schema() -> Schema:
    """The schema of a whole StreamingLab, with every CEL rule in its place."""
    spec = structural(StreamingLabSpec.model_json_schema())
    # Written out in full: the API server tries the rules on this default before it fills it.
    spec["default"] = filled(spec, {})
    root: Schema = {
        "description": "A whole streaming lab: Kafka, InfluxDB, Telegraf, simulated weather that "
        "goes in, and points that are seen to come out of Kafka. `spec: {}` gives a useful one.",
        "type": "object",
        "properties": {
            "apiVersion": {"description": f"Always {GROUP}/{VERSION}.", "type": "string"},
            "kind": {"description": f"Always {KIND}.", "type": "string"},
            # The bound is the API server's own; said here, it bounds the cost of the name's rule.
            "metadata": {
                "type": "object",
                "properties": {"name": {"type": "string", "maxLength": 253}},
            },
            "spec": in_order(spec),
            "status": without_defaults(
                structural(StreamingLabStatus.model_json_schema(mode="validation"))
            ),
        },
    }
    for rule in RULES:
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
    if rule.field_path:
        entry["fieldPath"] = rule.field_path
    return entry
