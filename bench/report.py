"""One line of JSON for each figure, and when it counts for nothing."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench import machine


@dataclass
class Report:
    """A figure with its floor of the same run.

    - ``void_if``: condition in plain words -> whether it came true; any true one voids the figure
    - ``goal``: the most that ``figure`` and ``ratio`` may be, from ``bench.goals``
    - ``missed``: other parts of the goal, in plain words -> whether one was missed
    """

    name: str
    what: str
    figure: float
    unit: str
    floor: float | None = None
    goal: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, object] = field(default_factory=dict)
    void_if: Mapping[str, bool] = field(default_factory=dict)
    missed: Mapping[str, bool] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Figure over floor; None without a floor."""
        return round(self.figure / self.floor, 2) if self.floor else None

    @property
    def void(self) -> bool:
        """True if the figure counts for nothing."""
        return any(self.void_if.values())

    @property
    def reached(self) -> bool:
        """True if the figure counts and each goal is reached: keys ``figure`` and ``ratio``."""
        values = {"figure": self.figure, "ratio": self.ratio}
        return not (self.void or any(self.missed.values())) and all(
            value is not None and value <= self.goal[key]
            for key, value in ((k, values[k]) for k in self.goal)
        )

    def line(self, now: datetime | None = None) -> str:
        """The line that a benchmark prints."""
        document = {
            "bench": self.name,
            "what": self.what,
            "figure": _rounded(self.figure),
            "unit": self.unit,
            "floor": None if self.floor is None else _rounded(self.floor),
            "ratio": self.ratio,
            "goal": self.goal,
            "missed": [words for words, true in self.missed.items() if true],
            "reached": self.reached,
            "void": self.void,
            "voidIf": self.void_if,
            "counts": self.counts,
            "machine": machine.describe(),
            "time": (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        return json.dumps(document)


def say(text: str) -> None:
    """Progress goes to the standard error: the standard output holds JSON alone."""
    print(text, file=sys.stderr, flush=True)


def _rounded(value: float) -> float:
    return round(value, 3) if abs(value) < 100 else round(value, 1)
