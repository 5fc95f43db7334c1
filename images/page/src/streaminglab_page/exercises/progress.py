"""How far somebody is with a set: what was passed stays passed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from streaminglab_page.exercises.facts import Facts, Marks
from streaminglab_page.exercises.phrase import Phrase
from streaminglab_page.exercises.sheet import Check, Exercise, ExerciseSet

FORMER = 60
"""As many as a set has exercises; of more the latest."""


class State(StrEnum):
    """``unchecked``: a question to be answered on paper, which nobody can look at here."""

    TODO = "todo"
    PASSED = "passed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Standing:
    """One exercise. ``seen``: digests of its checks that were seen, while not all were."""

    name: str
    state: State
    passed_at: str = ""
    """As in a status: 2026-01-31T09:00:00Z."""
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """``set``: which set; ``started_at``: since when its checks look; ``problem``: why it cannot be
    used, and then what was passed before stands still."""

    set: str = ""
    started_at: str = ""
    standings: tuple[Standing, ...] = ()
    problem: str = ""
    former: tuple[Standing, ...] = ()
    """What was passed, and is not in the set any more, or has no checks: should it come back."""
    marks: Marks = field(default_factory=dict)
    """Where topics stood when it began."""

    @property
    def passed(self) -> int:
        """How many are passed."""
        return sum(one.state is State.PASSED for one in self.standings)

    @property
    def checked(self) -> int:
        """How many can be passed."""
        return sum(one.state is not State.UNCHECKED for one in self.standings)


def begun(name: str, sheet: ExerciseSet, before: Progress, now: str) -> Progress:
    """Where one stands with a set as it is now. ``before``: the last that is known, of whichever.

    Another set begins anew. Of the same one, edited meanwhile, what has kept its name stays passed;
    also what was taken out by an edit, and is put in again by the next.
    """
    same = before if before.set == name else Progress()
    known = {standing.name: standing for standing in (*same.standings, *same.former)}
    standings = tuple(_standing(exercise, known.get(exercise.name)) for exercise in sheet.exercises)
    shown = {standing.name for standing in standings if standing.state is State.PASSED}
    former = [
        standing
        for standing in known.values()
        if standing.state is State.PASSED and standing.name not in shown
    ]
    return replace(
        same,
        set=name,
        started_at=same.started_at or now,
        standings=standings,
        problem="",
        former=tuple(former[-FORMER:]),
    )


def refused(name: str, before: Progress, problem: str, now: str) -> Progress:
    """The same where the set cannot be used."""
    same = before if before.set == name else Progress()
    return replace(same, set=name, started_at=same.started_at or now, problem=problem)


def advanced(progress: Progress, sheet: ExerciseSet, facts: Facts, now: str) -> Progress:
    """After a look at the lab."""
    standings = tuple(
        _looked(standing, exercise, facts, now)
        for standing, exercise in zip(progress.standings, sheet.exercises, strict=True)
    )
    return replace(progress, standings=standings)


def open_checks(progress: Progress, sheet: ExerciseSet) -> Iterator[Check]:
    """What was not seen yet."""
    for standing, exercise in zip(progress.standings, sheet.exercises, strict=True):
        if standing.state is State.TODO:
            yield from (check for check in exercise.checks if check.digest not in standing.seen)


def hint(standing: Standing, exercise: Exercise) -> Phrase:
    """The one that fits: of the first check that was not seen, or else the softest."""
    if standing.state is not State.TODO:
        return Phrase()
    failing = (check for check in exercise.checks if check.digest not in standing.seen)
    said = next((check.hint for check in failing), Phrase())
    return said or next(iter(exercise.hints), Phrase())


def _standing(exercise: Exercise, before: Standing | None) -> Standing:
    if not exercise.checks:
        return Standing(exercise.name, State.UNCHECKED)
    if before is not None and before.state is State.PASSED:
        return before
    asked = {check.digest for check in exercise.checks}
    seen = tuple(digest for digest in (before.seen if before else ()) if digest in asked)
    return Standing(exercise.name, State.TODO, seen=seen)


def _looked(standing: Standing, exercise: Exercise, facts: Facts, now: str) -> Standing:
    if standing.state is not State.TODO:
        return standing
    seen = tuple(
        check.digest
        for check in exercise.checks
        if check.digest in standing.seen or check.kind.seen(check.asks, facts)
    )
    if len(seen) == len(exercise.checks):
        return Standing(standing.name, State.PASSED, now)
    return replace(standing, seen=seen)
