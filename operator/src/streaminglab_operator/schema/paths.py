"""Paths into nested plain data, as the rules and error messages write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def values_at(raw: Mapping[str, Any], pattern: str) -> Iterator[tuple[str, Any]]:
    """Every (path, value) that `pattern` reaches and that is set.

    `spec.kafka.topics[].name` gives `spec.kafka.topics[0].name`, `spec.kafka.topics[1].name`, ...
    """
    reached: list[tuple[str, Any]] = [("", raw)]
    for part in pattern.split("."):
        key, is_list = part.removesuffix("[]"), part.endswith("[]")
        following: list[tuple[str, Any]] = []
        for path, value in reached:
            if key not in value:
                continue
            child = f"{path}.{key}" if path else key
            if is_list:
                following += [(f"{child}[{i}]", item) for i, item in enumerate(value[key])]
            else:
                following.append((child, value[key]))
        reached = following
    yield from reached


def joined(location: tuple[str | int, ...], root: str = "spec") -> str:
    """pydantic's location of an error as a path: ("kafka", "topics", 0) is kafka.topics[0]."""
    path = root
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path
