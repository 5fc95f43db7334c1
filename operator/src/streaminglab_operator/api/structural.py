"""From the JSON schema that pydantic makes to the structural schema that a CRD may hold.

Kubernetes takes a subset of OpenAPI 3.0 (KEP-2335): no references, no `anyOf` with null, no
`additionalProperties: false` beside `properties`, `exclusiveMinimum` only as a boolean. Each
function here is one rewriting, with one test.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

Schema = dict[str, Any]

ALLOWED = frozenset(
    {
        "type",
        "description",
        "default",
        "format",
        "enum",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "pattern",
        "items",
        "minItems",
        "maxItems",
        "properties",
        "required",
        "additionalProperties",
        "maxProperties",
        "x-kubernetes-list-type",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-validations",
    }
)
ORDER = ("description", "type", "format", "default", "enum")


def structural(schema: Mapping[str, Any]) -> Schema:
    """All rewritings of a whole pydantic schema, from its references on."""
    return _node(schema, schema.get("$defs", {}))


def _node(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Schema:
    node = inline(schema, defs)
    node = without_null(node)
    node = inline(node, defs)
    node = boolean_bounds(single_value(node))
    for word in ("title", "$defs"):
        node.pop(word, None)
    if "properties" in node:
        node.pop("additionalProperties", None)
        node["properties"] = {
            name: with_object_default(_node(child, defs), name in node.get("required", ()), child)
            for name, child in node["properties"].items()
        }
    for word in ("items", "additionalProperties"):
        if word in node:
            node[word] = _node(node[word], defs)
    node = without_empty_default(node)
    refuse_unknown(node)
    return in_order(node)


def inline(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Schema:
    """Put the definition in the place of its `$ref`; words beside the reference win."""
    if "$ref" not in schema:
        return dict(schema)
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**defs[schema["$ref"].rpartition("/")[2]], **beside}


def without_null(schema: Mapping[str, Any]) -> Schema:
    """`X or null` becomes X: in Kubernetes a field that may be absent is one not required."""
    if "anyOf" not in schema:
        return dict(schema)
    others = [branch for branch in schema["anyOf"] if branch.get("type") != "null"]
    if len(others) != 1:
        raise ValueError(f"a CRD cannot offer a choice of types: {schema['anyOf']}")
    beside = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**others[0], **beside}


def single_value(schema: Mapping[str, Any]) -> Schema:
    """`const: x` becomes `enum: [x]`."""
    node = dict(schema)
    if "const" in node:
        node["enum"] = [node.pop("const")]
    return node


def boolean_bounds(schema: Mapping[str, Any]) -> Schema:
    """`exclusiveMinimum: 0` becomes `minimum: 0, exclusiveMinimum: true`, as OpenAPI 3.0 has it."""
    node = dict(schema)
    for bound in ("Minimum", "Maximum"):
        value = node.get(f"exclusive{bound}")
        if value is not None and not isinstance(value, bool):
            node[bound.lower()] = value
            node[f"exclusive{bound}"] = True
    return node


def with_object_default(node: Schema, required: bool, model: Mapping[str, Any]) -> Schema:
    """`default: {}` for a part of the spec that is always there, so that its own defaults apply.

    The API server sets defaults from the top down: without the empty object here, the defaults
    inside would never be written. A part that may stay unset (`anyOf` with null) gets none.
    """
    always_there = not required and "anyOf" not in model
    if always_there and "properties" in node and not node.get("required"):
        return in_order({**node, "default": {}})
    return node


def without_empty_default(schema: Mapping[str, Any]) -> Schema:
    """No `default: null`, `[]` or `""`: absent says the same with less to read."""
    node = dict(schema)
    if "default" in node and node["default"] in (None, [], {}, ""):
        del node["default"]
    return node


def without_defaults(schema: Mapping[str, Any]) -> Schema:
    """No default at all, at any depth: the API server must not invent a status."""
    node = {key: value for key, value in schema.items() if key != "default"}
    if "properties" in node:
        node["properties"] = {k: without_defaults(v) for k, v in node["properties"].items()}
    if "items" in node:
        node["items"] = without_defaults(node["items"])
    return node


def filled(schema: Mapping[str, Any], value: Any) -> Any:
    """`value` with the defaults of `schema` in it, from the top down, as the API server does it."""
    if isinstance(value, list):
        return [filled(schema.get("items", {}), item) for item in value]
    if not isinstance(value, Mapping):
        return value
    full = dict(value)
    for name, child in schema.get("properties", {}).items():
        if name not in full and "default" in child:
            full[name] = deepcopy(child["default"])
        if name in full:
            full[name] = filled(child, full[name])
    return full


def refuse_unknown(schema: Mapping[str, Any]) -> None:
    """Raise ValueError for a word that a structural schema may not hold."""
    unknown = sorted(set(schema) - ALLOWED)
    if unknown:
        raise ValueError(f"a CRD cannot say {', '.join(unknown)}")


def in_order(schema: Mapping[str, Any]) -> Schema:
    """The same words in the order in which people read them."""
    first = {key: schema[key] for key in ORDER if key in schema}
    return first | {key: value for key, value in schema.items() if key not in first}
