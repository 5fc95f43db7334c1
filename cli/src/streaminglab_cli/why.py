"""What keeps a lab from being Ready, and the cure of each. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from streaminglab_cli.lab import Condition, Lab

SUMMARIES = ("Ready", "Reconciling", "Stalled", "Suspended")
"""Conditions that say again what others say, or that are good when they are False."""
WELL = ("", "Ready", "Complete")
"""Reasons of a part that is as it shall be."""
WAIT = "Wait."
UNSEEN = (
    "Wait a minute. If nothing comes, the operator does not run, or does not look after this "
    "namespace: tell the administrator."
)


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing in the way. ``what``: the part, or the condition, that says so."""

    what: str
    reason: str
    message: str
    cure: str


def causes(lab: Lab) -> list[Cause]:
    """Everything in the way: the first is what Ready names, then trouble, then what only waits."""
    if not lab.conditions:
        return [Cause("Ready", "Waiting", "the operator has not looked at this lab yet", UNSEEN)]
    first = lab.ready
    if first.status == "True":
        return []
    found = {first.message: _cause("Ready", first)}
    for cause in _others(lab):
        if not any(cause.message and cause.message in said for said in found):
            found[cause.message] = cause
    head, *rest = found.values()
    return [head, *sorted(rest, key=lambda cause: cause.cure == WAIT)]


def _others(lab: Lab) -> Iterator[Cause]:
    for part in lab.parts:
        if part.reason not in WELL and part.message:
            yield Cause(part.name, part.reason, part.message, cure_of(part.reason))
    for name, condition in lab.conditions.items():
        if name not in SUMMARIES and condition.status != "True" and condition.message:
            yield _cause(name, condition)


def _cause(what: str, condition: Condition) -> Cause:
    return Cause(what, condition.reason, condition.message, cure_of(condition.reason))


def cure_of(reason: str) -> str:
    """What to do about a reason; of a word that is not known, where to read more."""
    return _reasons().get(reason) or "Read the message; `kubectl slab logs PART` says more."


@cache
def _reasons() -> dict[str, str]:
    text = files("streaminglab_cli").joinpath("data", "reasons.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found
