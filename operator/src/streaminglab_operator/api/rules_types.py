"""What one rule of the API is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from streaminglab_operator.api.spec import StreamingLabSpec


@dataclass(frozen=True, slots=True)
class Case:
    """One admission: the new spec, the one that is in force (None for a new lab), the name."""

    new: StreamingLabSpec
    old: StreamingLabSpec | None = None
    name: str = ""


Check = Callable[[Case], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, with its two executions and its one message.

    `at` are the places of the schema that carry the CEL expression ("" is the root, "[]" the
    items of a list); `self` in `cel` is the value there. `field_path` is what the API server
    names instead of that place, relative to it. `check` gives the full path of every field
    that breaks the rule. `cel` is empty when the schema says it by other means (`schema`).
    """

    id: str
    at: tuple[str, ...]
    message: str
    check: Check
    cel: str = ""
    field_path: str = ""
    schema: str = ""

    @property
    def on_change(self) -> bool:
        """Whether the rule compares with the spec in force, and so passes for a new lab."""
        return "oldSelf" in self.cel
