"""The places of the spec, as the CRD's schema has them: `spec.kafka.topics[].config{}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from streaminglab_operator.api import LAB
from streaminglab_operator.api.crd import root_schema

Step = str | int
Sort = Literal["leaf", "object", "list", "map"]


@dataclass(frozen=True)
class Place:
    """One node of the schema. ``path`` has `[]` for the items of a list, `{}` for those of a map.

    ``required``: it may not be taken out of what holds it.
    """

    path: str
    sort: Sort
    schema: Mapping[str, Any]
    required: bool = False

    @property
    def type(self) -> str:
        """As in the schema."""
        return str(self.schema["type"])


@cache
def places() -> tuple[Place, ...]:
    """Every node below `spec`, in the order of the schema."""
    spec = root_schema(LAB)["properties"]["spec"]
    return tuple(_below("spec", spec))


def leaves() -> tuple[Place, ...]:
    """The nodes that hold one value."""
    return tuple(place for place in places() if place.sort == "leaf")


def _below(path: str, node: Mapping[str, Any]) -> Iterator[Place]:
    required = node.get("required", ())
    for name, child in node.get("properties", {}).items():
        yield from _node(f"{path}.{name}", child, required=name in required)
    if "items" in node:
        yield from _node(f"{path}[]", node["items"], required=False)
    if "additionalProperties" in node:
        yield from _node(f"{path}{{}}", node["additionalProperties"], required=False)


def _node(path: str, node: Mapping[str, Any], *, required: bool) -> Iterator[Place]:
    yield Place(path, _sort(node), node, required)
    yield from _below(path, node)


def _sort(node: Mapping[str, Any]) -> Sort:
    if node["type"] == "array":
        return "list"
    if "additionalProperties" in node:
        return "map"
    return "object" if node["type"] == "object" else "leaf"


def steps(path: str) -> tuple[str, ...]:
    """`spec.kafka.topics[].config{}` as kafka, topics, [], config, {}."""
    marked = path.removeprefix("spec.").replace("[]", ".[]").replace("{}", ".{}")
    return tuple(marked.split("."))


def found(path: str, spec: Any) -> Iterator[tuple[Step, ...]]:
    """Where a spec has something at this place."""
    yield from _found(steps(path), spec, ())


def _found(rest: tuple[str, ...], value: Any, at: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    if not rest:
        yield at
        return
    step, *after = rest
    if step == "[]":
        for i, item in enumerate(value):
            yield from _found(tuple(after), item, (*at, i))
    elif step == "{}":
        for key, item in value.items():
            yield from _found(tuple(after), item, (*at, key))
    elif step in value:
        yield from _found(tuple(after), value[step], (*at, step))


def shown(at: tuple[Step, ...]) -> str:
    """A place in a spec as messages write it: `spec.kafka.topics[0].name`."""
    return "spec" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at)
