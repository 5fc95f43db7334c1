"""Sets of fields, as server-side apply tracks them (KEP-555), in memory.

A field is a path of keys. An item of a list that has a key (a name, a uid, a type) is addressed by
it, as in the API's ``x-kubernetes-list-map-keys``; any other list is one field.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str, ...]
Json = dict[str, Any]

_IDENTITY = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
_KEYS = {"containers": "name", "initContainers": "name", "ports": "name", "env": "name",
         "volumes": "name", "volumeMounts": "mountPath", "ownerReferences": "uid"}  # fmt: skip


def leaves(value: Json) -> dict[Path, Any]:
    """Every field that an applied configuration names, with its value."""
    found = dict(_walk((), value))
    return {p: v for p, v in found.items() if ".".join(p) not in _IDENTITY}


def _walk(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    key = _KEYS.get(path[-1], "") if path else ""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _walk((*path, name), inner)
    elif key and isinstance(value, list) and value and all(_has(item, key) for item in value):
        for item in value:
            yield from _walk((*path, f"[{item[key]}]"), item)
    else:
        yield path, value


def _has(item: Any, key: str) -> bool:
    return isinstance(item, Mapping) and key in item


def assign(target: Json, path: Path, value: Any) -> None:
    """Set one field, making what is above it."""
    place: Any = target
    for i, step in enumerate(path[:-1]):
        place = _down(place, step, path[i + 1], path[i - 1] if i else "")
    if path[-1].startswith("["):
        raise AssertionError("a list item is never a leaf of its own")
    place[path[-1]] = copy.deepcopy(value)


def _down(place: Any, step: str, following: str, before: str) -> Any:
    if step.startswith("["):
        key, wanted = _KEYS[before], step[1:-1]
        for item in place:
            if str(item.get(key)) == wanted:
                return item
        place.append({key: wanted})
        return place[-1]
    if not place.get(step):
        place[step] = [] if following.startswith("[") else {}
    return place[step]


def removal(path: Path) -> tuple[int, bool, Path]:
    """In which order fields are taken away: what is inside an item first, what it is found by
    last."""
    return -len(path), len(path) > 2 and _KEYS.get(path[-3]) == path[-1], path


def remove(target: Json, path: Path) -> None:
    """Take one field away, and what is empty above it."""
    trail: list[tuple[Any, Any]] = []
    place: Any = target
    for i, step in enumerate(path):
        if step.startswith("["):
            key = _KEYS[path[i - 1]]
            index = next((n for n, x in enumerate(place) if str(x.get(key)) == step[1:-1]), None)
            if index is None:
                return
            trail.append((place, index))
            place = place[index]
        else:
            if not isinstance(place, dict) or step not in place:
                return
            trail.append((place, step))
            place = place[step]
    holder, last = trail.pop()
    del holder[last]
    for holder, last in reversed(trail):
        if holder[last] in ({}, []):
            del holder[last]


def nested(paths: set[Path]) -> Json:
    """A set of fields in the form of ``fieldsV1``."""
    tree: Json = {}
    for path in sorted(paths):
        place = tree
        for step in path:
            name = f"k:{step}" if step.startswith("[") else f"f:{step}"
            place = place.setdefault(name, {})
    return tree
