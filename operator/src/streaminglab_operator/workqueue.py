"""The queue between wake-ups and passes: each lab at most once, and never two passes at a time.

The same contract as client-go's work queue: a lab added while it is being worked on is worked on
again afterwards; a failing lab waits longer each time and never holds up another.
"""

import asyncio
from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

FIRST_BACKOFF = 0.5
MAX_BACKOFF = 30.0


class WorkQueue(Generic[K]):
    """A first-in, first-out queue of distinct keys with delayed adds and per-key back-off."""

    def __init__(self) -> None:
        self._ready: deque[K] = deque()
        self._waiting: set[K] = set()
        self._active: set[K] = set()
        self._again: set[K] = set()
        self._timers: dict[K, asyncio.TimerHandle] = {}
        self._failures: dict[K, int] = {}
        self._wakeup = asyncio.Event()

    def __len__(self) -> int:
        return len(self._ready)

    @property
    def busy(self) -> bool:
        """True if a key waits for a pass, or a pass is being made."""
        return bool(self._ready or self._active)

    def add(self, key: K) -> None:
        """Ask for a pass over a key, soon."""
        if key in self._active:
            self._again.add(key)
        elif key not in self._waiting:
            self._waiting.add(key)
            self._ready.append(key)
            self._wakeup.set()

    def add_after(self, key: K, seconds: float) -> None:
        """Ask for a pass later; the earlier of two such wishes wins."""
        loop = asyncio.get_running_loop()
        at = loop.time() + seconds
        timer = self._timers.get(key)
        if timer is not None:
            if timer.when() <= at:
                return
            timer.cancel()
        self._timers[key] = loop.call_at(at, self._fire, key)

    def _fire(self, key: K) -> None:
        self._timers.pop(key, None)
        self.add(key)

    async def take(self) -> K:
        """The next key; it is active until :meth:`done`."""
        while not self._ready:
            self._wakeup.clear()
            await self._wakeup.wait()
        key = self._ready.popleft()
        self._waiting.discard(key)
        self._active.add(key)
        return key

    def done(self, key: K) -> None:
        """The pass over a key is over."""
        self._active.discard(key)
        if key in self._again:
            self._again.discard(key)
            self.add(key)

    def failed(self, key: K) -> float:
        """Ask for another pass after a back-off; the seconds of it are returned."""
        count = self._failures.get(key, 0)
        self._failures[key] = count + 1
        # The exponent is bounded too: a float has no 2**1024, nine hours into an outage.
        delay = min(MAX_BACKOFF, FIRST_BACKOFF * 2.0 ** min(count, 16))
        self.add_after(key, delay)
        return delay

    def succeeded(self, key: K) -> None:
        """Forget the failures of a key."""
        self._failures.pop(key, None)
