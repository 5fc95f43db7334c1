"""The end-to-end tier: which tests a level takes, and in which order they go side by side.

A test is marked ``smoke`` or ``core`` (by itself or with its file), and ``exclusive`` when it needs
the cluster's operator for itself. Everything else belongs to the level ``all``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much of the tier is run; each level contains the one before."""

    SMOKE = "smoke"
    CORE = "core"
    ALL = "all"


_MARKERS = {Level.SMOKE: "smoke", Level.CORE: "(smoke or core)", Level.ALL: ""}
WORKERS = 2
"""Tests at a time: they mostly wait for pods. More ask for more CPU than a node of two cores
has left beside the control plane, and wait for it. ``E2E_WORKERS`` sets another number."""
STARTED = "STREAMINGLAB_E2E_STARTED"
"""The variable with the beginning of the run, as Kubernetes writes times."""
ANEW = "STREAMINGLAB_ANEW"
"""The variable by which no answer of a program is taken from a run before (tests/remembered.py)."""
NOT_LONG = "not long"
"""The marker expression of what a level below all takes of the tiers below this one."""
NOTHING_COLLECTED = 5
"""pytest's exit code when no test fits: of a level without exclusive tests it is no failure."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One call of pytest: a marker expression, and how many tests go side by side."""

    name: str
    markers: str
    workers: int = 1

    def arguments(self) -> tuple[str, ...]:
        """As pytest takes them. Tests of one file stay in one process, in order: those of a course
        share a lab."""
        together = ("-n", str(self.workers), "--dist", "loadfile") if self.workers > 1 else ()
        return ("-m", self.markers, *together)


class UnknownSettingError(Exception):
    """A setting has a value that means nothing. The message is complete for a person."""


def settings(env: Mapping[str, str] = os.environ) -> tuple[Level, int]:
    """The level, and how many tests go side by side. Raises UnknownSettingError."""
    return level(env), workers(env)


def level(env: Mapping[str, str] = os.environ) -> Level:
    """The level that ``LEVEL`` names; all of it when nothing does. Raises UnknownSettingError."""
    named = env.get("LEVEL") or Level.ALL
    try:
        return Level(named)
    except ValueError:
        known = ", ".join(Level)
        raise UnknownSettingError(f"LEVEL={named} is none of {known}") from None


def workers(env: Mapping[str, str] = os.environ) -> int:
    """How many tests go side by side. Raises UnknownSettingError."""
    named = env.get("E2E_WORKERS", "")
    if named and not (named.isdigit() and int(named)):
        raise UnknownSettingError(f"E2E_WORKERS={named} must be a whole number above 0")
    return int(named or WORKERS)


def phases(chosen: Level, side_by_side: int, *, audited: bool = True) -> tuple[Phase, ...]:
    """First the proof that NetworkPolicies are enforced, because other tests rely on it; then all
    that needs only its own namespaces; then, one by one, what needs the operator for itself.

    Last of a whole run, where the cluster has an audit log (``audited``): what it says of the run.
    """
    fits = f"{_MARKERS[chosen]} and " if _MARKERS[chosen] else ""
    last = (Phase("rights and their use", "audit"),) if chosen is Level.ALL and audited else ()
    return (
        Phase("the cluster enforces policies", "enforcement"),
        Phase(
            "side by side", f"{fits}not exclusive and not enforcement and not audit", side_by_side
        ),
        Phase("one by one", f"{fits}exclusive"),
        *last,
    )


def lower(chosen: Level) -> tuple[str, ...]:
    """pytest's arguments for a tier below this one, which has long tests too."""
    return () if chosen is Level.ALL else ("-m", NOT_LONG)


def left_out(chosen: Level) -> str:
    """The marker expression of the tests that a level does not run; empty where it runs all."""
    if chosen is Level.ALL:
        return ""
    return f"not {_MARKERS[chosen]} and not enforcement"


def counted(chosen: Level, collected: str) -> str:
    """What a level leaves out, in words, from what ``pytest --collect-only -qq`` printed: a line
    ``file: number`` for each file."""
    rows = [line.rpartition(": ") for line in collected.splitlines()]
    numbers = {name: int(number) for name, _, number in rows if number.isdigit()}
    return (
        f"left out by LEVEL={chosen}: {sum(numbers.values())} end-to-end test(s);"
        f" `make test` runs them{by_file(numbers)}"
    )


def by_file(numbers: Mapping[str, int]) -> str:
    """A line for each file, below the one that says of what."""
    return "".join(f"\n  {number:4} of {name}" for name, number in sorted(numbers.items()))
