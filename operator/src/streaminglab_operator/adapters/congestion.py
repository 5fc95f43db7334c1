"""How many calls the API server may have in flight of us, learnt from its answers. Pure.

Additive increase, multiplicative decrease, as TCP does it (RFC 5681): the sum of all who share a
server then settles at what it can take, and evenly. A fixed number is wrong on every machine but
one: what an API server answers slowly it answers no faster because more of it waits, and calls that
wait hold the seats of our priority level (API Priority and Fairness), up to the read of our Lease.
"""

from dataclasses import dataclass, field
from typing import Final

LEAST: Final = 2
MOST: Final = 64
FIRST: Final = 8.0
"""Calls in flight: at the fewest, at the most, and before the first answer."""

SLOW_SECONDS: Final = 0.1
SLOW_TIMES: Final = 4.0
"""An answer is slow that took longer than both: so many seconds, and so many times the quickest of
its kind. A call that a webhook always holds up for two seconds says nothing of us."""
AFTER_SLOW: Final = 0.8
AFTER_REFUSED: Final = 0.5
MOST_PAUSE: Final = 5.0
"""Seconds for which all calls wait because of one answer; who got it waits as long as it says."""
_MOST_KINDS = 256


@dataclass(slots=True)
class Congestion:
    """The limit, and what it was learnt from. Times are seconds of one clock that never goes back.

    - ``limit``: of calls in flight, its whole part counts
    - ``resumes``: until then no call may begin
    """

    limit: float = FIRST
    resumes: float = 0.0
    _cut_at: float = -1.0
    _quickest: dict[str, float] = field(default_factory=dict)

    def room(self, in_flight: int, now: float) -> bool:
        """Whether one more call may begin."""
        return now >= self.resumes and in_flight < int(self.limit)

    def answered(self, kind: str, began: float, now: float, in_flight: int) -> None:
        """An answer came, whether yes or no. ``kind``: verb and resource, as ``PATCH services``;
        ``in_flight``: with this one. What is not used up is not made larger."""
        if self._is_slow(kind, began, now):
            self._cut(AFTER_SLOW, began, now)
        elif in_flight >= int(self.limit):
            self.limit = min(float(MOST), self.limit + 1.0 / self.limit)

    def refused(self, began: float, now: float, retry_after: float = 0.0) -> None:
        """The server has too much to do, or did not answer at all."""
        self._cut(AFTER_REFUSED, began, now)
        self.resumes = max(self.resumes, now + min(retry_after, MOST_PAUSE))

    def _cut(self, factor: float, began: float, now: float) -> None:
        """Once for all calls that were in flight together: they tell of the same moment."""
        if began < self._cut_at:
            return
        self._cut_at = now
        self.limit = max(float(LEAST), self.limit * factor)

    def _is_slow(self, kind: str, began: float, now: float) -> bool:
        """Each time that we are down to the fewest calls, what they take then is how quick the
        server is without us: it may have become slower for good. Forgotten at any other time, the
        quickest would follow the wait that we make ourselves."""
        seconds = now - began
        known = self._quickest.get(kind, seconds)
        alone = int(self.limit) <= LEAST and began >= self._cut_at
        if kind in self._quickest or len(self._quickest) < _MOST_KINDS:
            self._quickest[kind] = seconds if alone else min(known, seconds)
        return seconds > max(SLOW_SECONDS, SLOW_TIMES * self._quickest.get(kind, seconds))
