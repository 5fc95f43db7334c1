"""What a kind of check consists of: its fields, their bounds, and how it is seen. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any, Generic, TypeVar

from streaminglab_page.exercises.cursor import Cursor
from streaminglab_page.exercises.facts import Facts, Origin

C = TypeVar("C")

TOPIC = r"[a-zA-Z0-9._-]{1,249}"
NAME = 253


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a check, ``name`` as authors write it. ``form``: its bounds, for a table."""

    name: str
    says: str
    form: str
    read: Callable[[Cursor], Any]
    needed: bool = False

    @property
    def attribute(self) -> str:
        """Its name in the record: ``lagAtMost`` is ``lag_at_most``, ``class`` is ``class_``."""
        name = re.sub("([A-Z])", r"_\1", self.name).lower()
        return f"{name}_" if iskeyword(name) else name


@dataclass(frozen=True, slots=True)
class Kind(Generic[C]):
    """One kind of check.

    - ``record``: what its fields are read into; it is hashable, and two that ask the same are equal
    - ``seen``: whether the lab is as it asks
    - ``refuse``: what is wrong with fields that are right one by one; empty: nothing
    """

    name: str
    says: str
    source: Origin
    fields: tuple[Field, ...]
    record: Callable[..., C]
    seen: Callable[[C, Facts], bool]
    refuse: Callable[[C], str] = lambda _: ""

    def read(self, at: Cursor) -> C | None:
        """The record of what stands there; None where it is no mapping."""
        needed = [field.name for field in self.fields if field.needed]
        if not at.keys([field.name for field in self.fields], needed):
            return None
        given = {
            field.attribute: field.read(at.at(field.name))
            for field in self.fields
            if field.needed or at.has(field.name)
        }
        found = self.record(**given)
        if wrong := self.refuse(found):
            at.refuse(wrong)
        return found


def topic_name(says: str, *, needed: bool = False, name: str = "topic") -> Field:
    """The name of a topic."""
    return Field(
        name, says, "a topic's name", lambda at: at.words(249, TOPIC, "name of a topic"), needed
    )


def words(name: str, says: str, most: int = NAME, *, needed: bool = False) -> Field:
    """A text."""
    return Field(name, says, f"text of at most {most} letters", lambda at: at.words(most), needed)


def whole(name: str, says: str, least: int, most: int) -> Field:
    """A whole number."""
    form = f"whole number, {least} to {most}"
    return Field(name, says, form, lambda at: at.whole(least, most))


def true(name: str, says: str) -> Field:
    """Asked for, or left out."""
    return Field(name, says, "`true`", lambda at: at.true())
