"""What differs between two specs, as paths. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMES = ("name", "id")
"""Fields by which entries of a list are known, so that a new one in front moves no other."""
SHOWN = 120


@dataclass(frozen=True, slots=True)
class Change:
    """One field. ``before`` or ``after`` is None where it is not there."""

    path: str
    before: Any
    after: Any

    def line(self) -> str:
        """As a person reads it."""
        return f"{self.path}: {_shown(self.before)} -> {_shown(self.after)}"


def differences(before: object, after: object, path: str = "") -> Iterator[Change]:
    """Every field that changes; of what comes or goes whole, the topmost alone."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            inner = f"{path}.{name}" if path else str(name)
            yield from differences(before.get(name), after.get(name), inner)
    elif (one := _named(before)) is not None and (other := _named(after)) is not None:
        for name in dict.fromkeys((*one, *other)):
            yield from differences(one.get(name), other.get(name), f"{path}[{name}]")
    elif before != after:
        yield Change(path, before, after)


def _named(found: object) -> dict[str, Any] | None:
    """A list of objects that have names, by name; None for any other."""
    if not isinstance(found, Sequence) or isinstance(found, str) or not found:
        return None
    for field in NAMES:
        if all(isinstance(entry, Mapping) and field in entry for entry in found):
            return {str(entry[field]): entry for entry in found}
    return None


def _shown(value: object) -> str:
    if value is None:
        return "(not set)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
