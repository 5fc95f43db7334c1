"""A value of somebody's YAML, and where it stands there: each mistake is told with its place. Pure.

Nothing raises: what cannot be read is refused, and reading goes on with the rest, so that an author
hears of several mistakes at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from streaminglab_page.bounded import text
from streaminglab_page.exercises.phrase import Phrase

MOST_PROBLEMS = 20
LANGUAGES = ("en", "fr")
PAIRS = 20
_KEY = 60
"""Letters of an unknown key that are repeated."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. ``path``: ``exercises[3].checks[0].topic.partitions``; empty: the whole."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class Cursor:
    """``value`` stands at ``path``; ``problems`` are those of the whole document."""

    def __init__(self, value: Any, path: str, problems: list[Problem]) -> None:
        self.value, self.path, self._problems = value, path, problems

    def refuse(self, message: str) -> None:
        """There is a mistake here; the first one at a place is told."""
        known = {problem.path for problem in self._problems}
        if self.path not in known and len(known) < MOST_PROBLEMS:
            self._problems.append(Problem(self.path, message))

    def at(self, key: str) -> Cursor:
        """What stands under a key; the value None if nothing does."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return Cursor(found, f"{self.path}.{key}" if self.path else key, self._problems)

    def has(self, key: str) -> bool:
        """Whether anything stands under a key."""
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def keys(self, known: Collection[str], needed: Collection[str] = ()) -> bool:
        """Whether it is a mapping; unknown keys, and those that lack, are refused."""
        if not isinstance(self.value, dict):
            self.refuse(f"has to be a mapping with {', '.join(known)}")
            return False
        for key in list(self.value)[:PAIRS]:
            if key not in known:
                shown = text(str(key)[:_KEY], _KEY)
                self.refuse(f"there is no field {shown!r}; known are {', '.join(known)}")
        for key in needed:
            if not self.has(key):
                self.at(key).refuse("is needed")
        return True

    def items(self, least: int, most: int) -> Iterator[Cursor]:
        """The entries of a list; nothing of one that is too long."""
        if not isinstance(self.value, list):
            self.refuse(f"has to be a list of {least} to {most}")
            return
        if not least <= len(self.value) <= most:
            self.refuse(f"has {len(self.value)} entries, and may have {least} to {most}")
            return
        for number, value in enumerate(self.value):
            yield Cursor(value, f"{self.path}[{number}]", self._problems)

    def words(self, most: int, form: str = "", named: str = "") -> str:
        """A text of 1 to ``most`` letters. ``form``: a pattern, and how ``named`` calls it."""
        if not isinstance(self.value, str):
            self.refuse(f"has to be a text of 1 to {most} letters; put it in quotes")
            return ""
        if not self.value.strip():
            self.refuse(f"is empty: write 1 to {most} letters")
            return ""
        if len(self.value) > most:
            self.refuse(f"has {len(self.value)} letters, and may have 1 to {most}")
            return ""
        if form and not re.fullmatch(form, self.value):
            self.refuse(f"is no {named}")
            return ""
        return text(self.value, most)

    def whole(self, least: int, most: int) -> int:
        """A whole number."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.refuse(f"has to be a whole number from {least} to {most}")
            return least
        return value

    def true(self) -> bool:
        """Nothing but true: what a check does not look at, its author leaves out."""
        if self.value is not True:
            self.refuse("is true, or left out")
        return True

    def one_of(self, words: Collection[str]) -> str:
        """One of some words."""
        if self.value not in words:
            self.refuse(f"has to be one of {', '.join(words)}")
            return ""
        return str(self.value)

    def phrase(self, most: int) -> Phrase:
        """A text in both languages."""
        if not self.keys(LANGUAGES, LANGUAGES):
            return Phrase()
        said = {
            language: self.at(language).words(most) for language in LANGUAGES if self.has(language)
        }
        return Phrase(**said)

    def pairs(self, longest: int) -> tuple[tuple[str, str], ...]:
        """Names with their values, by name."""
        if not isinstance(self.value, dict) or not 1 <= len(self.value) <= PAIRS:
            self.refuse(f"has to be a mapping of 1 to {PAIRS} names and values")
            return ()
        found = ((str(key)[:longest], self.at(key).words(longest)) for key in self.value)
        return tuple(sorted(found))
