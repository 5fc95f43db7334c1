"""Sets of exercises as authors write them."""

from __future__ import annotations

import json
from typing import Any

import yaml

from streaminglab_page.exercises.sheet import Check, ExerciseSet, load

Raw = dict[str, Any]
TOPIC: Raw = {"topic": {"name": "orders", "partitions": 3}}
PAPER = "paper"


def both(words: str) -> Raw:
    """The same in two languages."""
    return {"en": words, "fr": f"{words} (fr)"}


def exercise(name: str = "one", *checks: Raw, **more: Any) -> Raw:
    """One exercise."""
    found = {"name": name, "title": both(name), "text": both(f"do {name}"), **more}
    return found | ({"checks": list(checks)} if checks else {})


def raw(*exercises: Raw) -> Raw:
    """A set."""
    return {"title": both("a session"), "exercises": list(exercises or [exercise("one", TOPIC)])}


def written(found: Any) -> bytes:
    """As a ConfigMap holds it."""
    # Written out: an author's YAML has no aliases for what is the same object here.
    return yaml.safe_dump(json.loads(json.dumps(found)), allow_unicode=True).encode()


def sheet(*exercises: Raw) -> ExerciseSet:
    """The same, read."""
    return load(written(raw(*exercises)))


def check(asks: Raw) -> Check:
    """One check, read."""
    (found,) = sheet(exercise("one", asks)).exercises[0].checks
    return found
