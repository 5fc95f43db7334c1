"""How labs became Ready: the curve, its rate at both ends, and whether who came first was first.

Pure. ``came`` and ``ready`` are seconds on one clock, one pair for each lab.
"""

from bisect import bisect, insort
from collections.abc import Sequence
from dataclasses import dataclass

from bench.quantiles import quantile

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """What was seen of all labs that became Ready."""

    came: Sequence[float]
    ready: Sequence[float]

    @property
    def times(self) -> list[float]:
        """Seconds from the first arrival until each lab was Ready, in order."""
        first = min(self.came, default=0.0)
        return sorted(moment - first for moment in self.ready)

    @property
    def waits(self) -> list[float]:
        """Seconds that each lab took from its own arrival, the shortest first."""
        return sorted(r - c for c, r in zip(self.came, self.ready, strict=True))

    @property
    def inversions(self) -> float:
        """Share of all pairs of labs of which the later one was Ready first: 0 in order, 0.5 by
        chance, 1 the wrong way round."""
        order = [r for _, r in sorted(zip(self.came, self.ready, strict=True))]
        seen: list[float] = []
        wrong = 0
        for moment in order:
            wrong += len(seen) - bisect(seen, moment)
            insort(seen, moment)
        pairs = len(order) * (len(order) - 1) / 2
        return round(wrong / pairs, 3) if pairs else 0.0

    def summary(self) -> dict[str, object]:
        """As a line of JSON has it; empty if no lab became Ready."""
        times, waits = self.times, self.waits
        if not times:
            return {}
        return {
            "readyAt": {f"{share:.0%}": round(quantile(times, share), 2) for share in SHARES},
            "waitP50": round(quantile(waits, 0.5), 2),
            "waitP99": round(quantile(waits, 0.99), 2),
            "firstQuarterPerSecond": rate(times, 0.0, 0.25),
            "lastQuarterPerSecond": rate(times, 0.75, 1.0),
            "inversions": self.inversions,
        }


def rate(times: Sequence[float], after: float, until: float) -> float:
    """Labs a second between two shares of all; the first lab's own time is no part of the rate."""
    first, last = (max(0, round(share * len(times)) - 1) for share in (after, until))
    seconds = times[last] - times[first]
    return round((last - first) / seconds, 2) if seconds > 0 else 0.0
