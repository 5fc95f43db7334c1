"""The queue between wake-ups and passes: each lab at most once, and never two passes at a time.

The same contract as client-go's work queue: a lab added while it is being worked on is worked on
again afterwards; a failing lab waits longer each time and never holds up another. Beyond it, a key
that starts goes before those that began later, keys come in groups (the labs of a namespace), which
take turns, and no group has all workers (:mod:`arrivals`).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

from streaminglab_operator.arrivals import Arrivals
from streaminglab_operator.backoff import doubled
from streaminglab_operator.bucket import Bucket

K = TypeVar("K", bound=Hashable)

FIRST_BACKOFF = 0.5
MAX_BACKOFF = 30.0

BURST = 60.0
"""Passes of one key in a row: a start of a lab, with all its pods, has about as many."""
PER_SECOND = 2.0
"""Passes of one key in the long run."""
GATHER_EACH = 0.05
GATHER_LEAST, GATHER_MOST = 0.5, 5.0
"""Seconds that a pass which can wait does wait: so long for each key that had a pass in the last
``GATHER_MOST`` seconds, within bounds. A hundred labs that start are then looked at twenty times a
second, and one alone twice."""
_MAX_IDLE = 4096


def _alone(_: Hashable) -> Hashable:
    return None


class Timer(Protocol):
    """A call that is still to come."""

    def when(self) -> float: ...

    def cancel(self) -> None: ...


class Timers(Protocol):
    """Calls at a time: an event loop, or the clock of a test."""

    def time(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], object], /) -> Timer: ...


class WorkQueue(Generic[K]):
    """A queue of distinct keys with delayed adds, per-key back-off and a per-key token bucket.

    - ``group_of``: groups take turns once their keys have started
    - ``most``: keys of one group that are worked on at a time; 0: no limit
    - ``timers``: what delayed adds wait by; the running event loop unless a test has its own
    """

    def __init__(
        self,
        group_of: Callable[[K], Hashable] = _alone,
        most: int = 0,
        timers: Timers | None = None,
    ) -> None:
        self._group_of = group_of
        self._most = most
        self._own_timers = timers
        self._ready: Arrivals[K] = Arrivals(group_of, self._has_room)
        self._waiting: set[K] = set()
        self._active: set[K] = set()
        self._active_in: dict[Hashable, int] = {}
        self._again: set[K] = set()
        self._asked: set[K] = set()
        self._by_clock: set[K] = set()
        self._timers: dict[K, Timer] = {}
        self._gathering: set[K] = set()
        self._lively: OrderedDict[K, float] = OrderedDict()
        self._failures: dict[K, int] = {}
        self._not_before: dict[K, float] = {}
        self._buckets: dict[K, Bucket] = {}
        self._wakeup = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def waits(self, key: K) -> bool:
        """Whether a pass over a key will begin that sees all that there is now."""
        return key in self._waiting

    @property
    def busy(self) -> bool:
        """True if a key waits for a pass, or a pass is being made."""
        return bool(self._waiting or self._active)

    def add(self, key: K) -> None:
        """Ask for a pass over a key, soon; later, if it has had very many just now, or has to be
        left alone for a while."""
        self._asked.add(key)
        self._put(key)

    def _put(self, key: K) -> None:
        if key in self._active:
            self._again.add(key)
        elif key not in self._waiting:
            wait = max(self._short_of_tokens(key), self._held(key))
            if wait:
                self.add_after(key, wait)
                return
            self._waiting.add(key)
            self._ready.add(key)
            self._wakeup.set()

    def add_soon(self, key: K) -> None:
        """Ask for a pass that can wait for what else will have changed by then."""
        self._asked.add(key)
        if key not in self._waiting and key not in self._gathering:
            self._gathering.add(key)
            self.add_after(key, self.gather_seconds)

    @property
    def gathering(self) -> int:
        """How many keys have a pass that waits for more."""
        return len(self._gathering)

    @property
    def gather_seconds(self) -> float:
        """For how long such a pass waits now."""
        oldest = self._clock().time() - GATHER_MOST
        while self._lively and next(iter(self._lively.values())) < oldest:
            self._lively.popitem(last=False)
        crowd = max(len(self._lively), len(self._gathering))
        return min(GATHER_MOST, max(GATHER_LEAST, GATHER_EACH * crowd))

    def by_clock(self, key: K) -> bool:
        """Whether the pass that is being made over a key was asked for by :meth:`add_after` alone:
        since the one before it nothing was told of the key."""
        return key in self._by_clock

    def add_after(self, key: K, seconds: float) -> None:
        """Ask for a pass later; the earlier of two such requests wins."""
        timers = self._clock()
        at = timers.time() + seconds
        timer = self._timers.get(key)
        if timer is not None:
            if timer.when() <= at:
                return
            timer.cancel()
        self._timers[key] = timers.call_at(at, lambda: self._fire(key))

    def _clock(self) -> Timers:
        return self._own_timers or asyncio.get_running_loop()

    def _fire(self, key: K) -> None:
        self._forget_timer(key)
        self._put(key)

    def _forget_timer(self, key: K) -> None:
        self._gathering.discard(key)
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    async def take(self) -> K:
        """The next key; it is active until :meth:`done`. Its pass sees all that there is: what was
        asked for later is made by it, or asked for anew."""
        while (key := self._next()) is None:
            self._wakeup.clear()
            await self._wakeup.wait()
        return key

    def _next(self) -> K | None:
        key = self._ready.take()
        if key is None:
            return None
        group = self._group_of(key)
        self._waiting.discard(key)
        self._forget_timer(key)
        self._active.add(key)
        if key not in self._asked:
            self._by_clock.add(key)
        self._asked.discard(key)
        self._active_in[group] = self._active_in.get(group, 0) + 1
        self._spend(key)
        return key

    def _has_room(self, group: Hashable) -> bool:
        return not self._most or self._active_in.get(group, 0) < self._most

    def done(self, key: K) -> None:
        """The pass over a key is over."""
        self._active.discard(key)
        self._by_clock.discard(key)
        group = self._group_of(key)
        self._active_in[group] -= 1
        if not self._active_in[group]:
            del self._active_in[group]
        self._wakeup.set()
        if key in self._again:
            self._again.discard(key)
            self._put(key)

    def leave_alone(self, key: K, seconds: float) -> None:
        """No pass over a key for so many seconds, whoever asks for it; it is made after them."""
        self._not_before[key] = self._clock().time() + seconds

    def failed(self, key: K, leave_alone: float = 0.0) -> float:
        """Ask for another pass after a back-off; the seconds of it are returned.

        ``leave_alone``: see :meth:`leave_alone`.
        """
        self._asked.add(key)
        count = self._failures.get(key, 0)
        self._failures[key] = count + 1
        delay = max(leave_alone, doubled(FIRST_BACKOFF, MAX_BACKOFF, count))
        if leave_alone:
            self.leave_alone(key, leave_alone)
        self.add_after(key, delay)
        return delay

    def succeeded(self, key: K) -> None:
        """Forget the failures of a key."""
        self._failures.pop(key, None)

    def _held(self, key: K) -> float:
        """For how many seconds a key is still to be left alone."""
        if key not in self._not_before:
            return 0.0
        wait = self._not_before[key] - self._clock().time()
        if wait <= 0:
            del self._not_before[key]
        return max(0.0, wait)

    def _short_of_tokens(self, key: K) -> float:
        """In how many seconds a key has a token again; 0: it has one."""
        bucket = self._buckets.get(key)
        return bucket.short_of(self._clock().time()) if bucket else 0.0

    def _spend(self, key: K) -> None:
        now = self._clock().time()
        self._buckets.setdefault(key, Bucket(BURST, PER_SECOND, now)).spend(now)
        self._lively[key] = now
        self._lively.move_to_end(key)
        if len(self._lively) * GATHER_EACH > GATHER_MOST:
            self._lively.popitem(last=False)
        if len(self._buckets) > _MAX_IDLE:
            # A full bucket is as good as none.
            full = [k for k, bucket in self._buckets.items() if bucket.full(now)]
            for idle in full:
                del self._buckets[idle]
