"""How far somebody is, as the lab's status holds it, and as a browser gets it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streaminglab_page.bounded import LONG, mapping, objects, text
from streaminglab_page.exercises.phrase import Phrase
from streaminglab_page.exercises.progress import FORMER, Progress, Standing, State, hint
from streaminglab_page.exercises.sheet import CHECKS, EXERCISES, Exercise, ExerciseSet

TOPICS = 64
"""Of a set, in which its checks look for messages."""


def status(progress: Progress, sheet: ExerciseSet | None) -> dict[str, Any]:
    """``status.exercises`` of the lab. Without a sheet, as of one that cannot be read: no hints."""
    exercises = sheet.exercises if sheet else ()
    known = {exercise.name: exercise for exercise in exercises}
    found: dict[str, Any] = {
        "set": progress.set,
        "summary": f"{progress.passed}/{progress.checked}",
        "startedAt": progress.started_at,
        "items": [_item(one, known.get(one.name)) for one in progress.standings],
    }
    if progress.former:
        found["former"] = [{"name": one.name, "passedAt": one.passed_at} for one in progress.former]
    if progress.marks:
        topics = sorted(progress.marks)[:TOPICS]
        found["marks"] = [{"topic": one, "offsets": list(progress.marks[one])} for one in topics]
    return found | ({"problem": progress.problem} if progress.problem else {})


def _item(standing: Standing, exercise: Exercise | None) -> dict[str, Any]:
    found: dict[str, Any] = {"name": standing.name, "state": str(standing.state)}
    if standing.passed_at:
        found["passedAt"] = standing.passed_at
    if standing.seen:
        found["seen"] = list(standing.seen)
    said = hint(standing, exercise) if exercise else Phrase()
    return found | ({"hint": {"en": said.en, "fr": said.fr}} if said else {})


def stored(raw: object) -> Progress:
    """The same from a lab's status. What cannot be read is left out."""
    found = mapping(raw)
    return Progress(
        set=text(found.get("set")),
        started_at=text(found.get("startedAt")),
        standings=tuple(_stored(found.get("items"))),
        problem=text(found.get("problem"), LONG),
        former=tuple(
            Standing(text(one.get("name")), State.PASSED, text(one.get("passedAt")))
            for one in objects(found.get("former"), FORMER)
        ),
        marks={
            text(mark.get("topic")): _offsets(mark.get("offsets"))
            for mark in objects(found.get("marks"), TOPICS)
        },
    )


def _offsets(raw: object) -> tuple[int, ...]:
    """Only whole lists: a place that lacks would be taken for another partition's."""
    offsets = raw if isinstance(raw, list) else []
    return tuple(offsets) if all(isinstance(one, int) and one >= 0 for one in offsets) else ()


def _stored(items: object) -> Iterator[Standing]:
    for item in objects(items, EXERCISES):
        state, seen = text(item.get("state")), item.get("seen")
        digests = seen[:CHECKS] if isinstance(seen, list) else []
        if state in set(State):
            yield Standing(
                text(item.get("name")),
                State(state),
                text(item.get("passedAt")),
                tuple(digest for digest in digests if isinstance(digest, str)),
            )


def page(progress: Progress, sheet: ExerciseSet | None, language: str) -> dict[str, Any]:
    """What a browser gets, in its language."""
    exercises = sheet.exercises if sheet else ()
    standings = {standing.name: standing for standing in progress.standings}
    return {
        "title": sheet.title.in_language(language) if sheet else "",
        "problem": progress.problem,
        "passed": progress.passed,
        "checked": progress.checked,
        "exercises": [
            _shown(exercise, standings[exercise.name], language)
            for exercise in exercises
            if exercise.name in standings
        ],
    }


def _shown(exercise: Exercise, standing: Standing, language: str) -> dict[str, Any]:
    checks = len(exercise.checks)
    return {
        "name": exercise.name,
        "title": exercise.title.in_language(language),
        "text": exercise.text.in_language(language),
        "hints": [one.in_language(language) for one in exercise.hints],
        "hint": hint(standing, exercise).in_language(language),
        "state": str(standing.state),
        "passed_at": standing.passed_at,
        "seen": checks if standing.state is State.PASSED else len(standing.seen),
        "checks": checks,
    }
