"""What keeps a lab from being Ready, and the cure of each. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from streaminglab_cli.lab import Condition, Lab

UNSEEN = (
    "Wait a minute. If nothing comes, the operator does not run, or does not look after this "
    "namespace: tell the administrator."
)
UNKNOWN = "Read the message; `kubectl slab logs PART` says more."
FRENCH = {
    UNSEEN: "Attendez une minute. Si rien ne vient, l'opérateur ne tourne pas, ou ne s'occupe pas "
    "de ce namespace : dites-le à l'administrateur.",
    UNKNOWN: "Lisez le message ; `kubectl slab logs PART` en dit plus.",
}
"""Of the cures that the operator has no words for."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing in the way. ``what``: the part, or the condition, that says so."""

    what: str
    reason: str
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of a status mean, as the operator says it (generated).

    - ``summaries``: conditions that say again what others say, or that are good when they are False
    - ``well``: reasons of a part that is as it shall be; none at all is one too
    - ``cures``: reason -> what to do; ``wait``: the cure of what only waits
    - ``french``: a cure -> the same in French
    """

    summaries: tuple[str, ...]
    well: tuple[str, ...]
    wait: str
    cures: Mapping[str, str]
    french: Mapping[str, str]


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
    return [head, *sorted(rest, key=lambda cause: cause.cure == words().wait)]


def _others(lab: Lab) -> Iterator[Cause]:
    for part in lab.parts:
        if part.reason and part.reason not in words().well and part.message:
            yield Cause(part.name, part.reason, part.message, cure_of(part.reason))
    for name, condition in lab.conditions.items():
        summary = name in words().summaries
        if not summary and condition.status != "True" and condition.message:
            yield _cause(name, condition)


def _cause(what: str, condition: Condition) -> Cause:
    return Cause(what, condition.reason, condition.message, cure_of(condition.reason))


def cure_of(reason: str) -> str:
    """What to do about a reason; of a word that is not known, where to read more."""
    return words().cures.get(reason) or UNKNOWN


def told(cause: Cause, lab: str, language: str) -> Cause:
    """The cause for a person: what to do in their language, and with the name of their lab."""
    known = {**words().french, **FRENCH} if language == "fr" else {}
    cure = known.get(cause.cure, cause.cure)
    return replace(cause, cure=cure.replace("<name>", lab))


@cache
def words() -> Words:
    """All of them, read once."""
    text = files("streaminglab_cli").joinpath("data", "reasons.json").read_text(encoding="utf-8")
    found = json.loads(text)
    return Words(
        summaries=tuple(found["summaries"]),
        well=tuple(found["well"]),
        wait=str(found["wait"]),
        cures=found["cures"],
        french=found["french"],
    )
