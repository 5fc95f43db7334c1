"""Wrong passwords cost time, so that guessing does not work.

A server allows some wrong passwords from one address; then it takes no password from there for
LOCK_SECONDS, not even the right one.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

LIMIT = 5
LOCK_SECONDS = 60.0
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 4.0
REMEMBERED = 1024
"""Addresses; the one that was quiet longest is forgotten first."""


class Throttle:
    """Counts wrong passwords by address; ``limit`` of them lock it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, limit: int = LIMIT) -> None:
        self._clock, self._limit = clock, limit
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def locked(self, address: str) -> float:
        """Seconds for which no password is taken from this address; 0 when it may try."""
        count, last = self._failures.get(address, (0, 0.0))
        left = last + LOCK_SECONDS - self._clock()
        if left <= 0:
            # The memory ends with the lock: an honest slip of last week counts no more.
            self._failures.pop(address, None)
            return 0.0
        return left if count >= self._limit else 0.0

    def failed(self, address: str) -> float:
        """Note a wrong password; returns the seconds by which its answer is to be held back."""
        count = self._failures.pop(address, (0, 0.0))[0] + 1
        self._failures[address] = (count, self._clock())
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)
        return float(min(FIRST_PAUSE * 2 ** (count - 1), LONGEST_PAUSE))

    def succeeded(self, address: str) -> None:
        """Forget an address's wrong passwords."""
        self._failures.pop(address, None)
