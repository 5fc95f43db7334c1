"""Time that passes only when a test says so, and the calls that wait for it."""

import heapq
from collections.abc import Callable
from itertools import count


class Clock:
    """Implements :class:`ports.Clock`. ``ahead``: by how much the machine's clock is."""

    def __init__(self) -> None:
        self.time = 1_772_000_000.0
        self.ahead = 0.0

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return self.time + self.ahead


class FakeTimer:
    """One call that is still to come."""

    def __init__(self, at: float, callback: Callable[[], object]) -> None:
        self._at = at
        self._callback = callback
        self.cancelled = False

    def when(self) -> float:
        return self._at

    def cancel(self) -> None:
        self.cancelled = True

    def fire(self) -> None:
        """Make the call."""
        self._callback()


class FakeTimers:
    """Implements :class:`workqueue.Timers` over a clock; of equal times, the first asked for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count()
        self._waiting: list[tuple[float, int, FakeTimer]] = []

    def time(self) -> float:
        return self._clock.time

    def call_at(self, when: float, callback: Callable[[], object], /) -> FakeTimer:
        timer = FakeTimer(when, callback)
        heapq.heappush(self._waiting, (when, next(self._numbers), timer))
        return timer

    def advance(self, limit: float) -> bool:
        """Go on to the next call that is due by then, and make all of that time.

        False if there is none; then the clock shows ``limit``.
        """
        due = self._next()
        if due is None or due > limit:
            self._clock.time = max(self._clock.time, limit)
            return False
        self._clock.time = max(self._clock.time, due)
        while (at := self._next()) is not None and at <= self._clock.time:
            heapq.heappop(self._waiting)[2].fire()
        return True

    def _next(self) -> float | None:
        while self._waiting and self._waiting[0][2].cancelled:
            heapq.heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else None
