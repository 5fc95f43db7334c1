"""A set of exercises, and how it is read from YAML: bounded, each mistake with its place. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streaminglab_page.exercises import plain
from streaminglab_page.exercises.cursor import Cursor, Problem
from streaminglab_page.exercises.kind import Kind
from streaminglab_page.exercises.kinds import KINDS
from streaminglab_page.exercises.phrase import Phrase

LARGEST = 512 * 1024
"""Bytes of the YAML; a ConfigMap holds 1 MiB."""
NAME = r"[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?"
EXERCISES, HINTS, CHECKS = 60, 5, 8
TITLE, TEXT, HINT = 120, 2000, 400
DIGITS = 8


class SetRefused(Exception):
    """A set that cannot be used; ``problems`` say where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Check:
    """One fact of the lab that an exercise asks for.

    - ``asks``: the record of its kind
    - ``digest``: of what it asks; by it is remembered that it was seen
    - ``hint``: shown while this very check fails
    """

    kind: Kind[Any]
    asks: Any
    digest: str
    hint: Phrase


@dataclass(frozen=True, slots=True)
class Exercise:
    """Without checks it is a question to be answered on paper."""

    name: str
    title: Phrase
    text: Phrase
    hints: tuple[Phrase, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class ExerciseSet:
    """All exercises of a session."""

    title: Phrase
    exercises: tuple[Exercise, ...]


def load(data: bytes) -> ExerciseSet:
    """The set in a YAML text. Raises SetRefused."""
    problems: list[Problem] = []
    found = _set(Cursor(_parsed(data), "", problems))
    if problems:
        raise SetRefused(problems)
    return found


def _parsed(data: bytes) -> Any:
    if len(data) > LARGEST:
        raise _refused(f"the set has more than {LARGEST // 1024} KiB")
    try:
        return plain.read(data)
    except plain.NotPlain as error:
        raise _refused(str(error), f"line {error.line}" if error.line else "") from error


def _refused(message: str, place: str = "") -> SetRefused:
    return SetRefused([Problem(place, message)])


def _set(at: Cursor) -> ExerciseSet:
    keys = ("title", "exercises")
    if not at.keys(keys, keys):
        return ExerciseSet(Phrase(), ())
    exercises = tuple(_exercise(one) for one in at.at("exercises").items(1, EXERCISES))
    names = [exercise.name for exercise in exercises]
    for number, name in enumerate(names):
        if name in names[:number]:
            at.at(f"exercises[{number}].name").refuse(
                f"there is another exercise {name!r}: each needs a name of its own"
            )
    return ExerciseSet(at.at("title").phrase(TITLE), exercises)


def _exercise(at: Cursor) -> Exercise:
    needed = ("name", "title", "text")
    if not at.keys((*needed, "hints", "checks"), needed):
        return Exercise("", Phrase(), Phrase())
    hints = at.at("hints").items(0, HINTS) if at.has("hints") else ()
    checks = at.at("checks").items(0, CHECKS) if at.has("checks") else ()
    return Exercise(
        at.at("name").words(40, NAME, "name: small letters, digits and '-', 40 at most"),
        at.at("title").phrase(TITLE),
        at.at("text").phrase(TEXT),
        tuple(hint.phrase(HINT) for hint in hints),
        tuple(check for one in checks for check in _check(one)),
    )


def _check(at: Cursor) -> Iterator[Check]:
    if not at.keys((*KINDS, "hint")):
        return
    named = [name for name in KINDS if name in at.value]
    if len(named) != 1:
        at.refuse(f"has to have exactly one of {', '.join(KINDS)}")
        return
    kind, what = KINDS[named[0]], at.at(named[0])
    asks = kind.read(what)
    if asks is not None:
        hint = at.at("hint").phrase(HINT) if at.has("hint") else Phrase()
        yield Check(kind, asks, _digest(kind.name, what.value), hint)


def _digest(kind: str, asks: Any) -> str:
    told = json.dumps([kind, asks], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:DIGITS]
