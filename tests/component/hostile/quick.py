"""Time that goes by faster, and the processor's time that an event loop is held for.

Time-outs and back-offs keep their proportions and all come sooner. What one step of the loop costs
is told in seconds of its thread's CPU: a busy machine makes a step later, and not dearer. What the
garbage collector takes is left out: most of what it looks at is the cluster in memory.
"""

import asyncio
import gc
import selectors
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from unittest.mock import patch

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self._speed if timeout else timeout)


class QuickLoop(asyncio.SelectorEventLoop):
    """A second of it is ``1 / speed`` of a real one."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        super().__init__(_Selector(speed))

    def time(self) -> float:
        return super().time() * self.speed


def run(work: Coroutine[Any, Any, T], speed: float = 1.0) -> T:
    """As ``asyncio.run``."""
    with asyncio.Runner(loop_factory=lambda: QuickLoop(speed)) as runner:
        return runner.run(work)


def real(seconds: float) -> float:
    """Real seconds in those of the running loop."""
    loop = asyncio.get_running_loop()
    return seconds * (loop.speed if isinstance(loop, QuickLoop) else 1.0)


async def pause(seconds: float) -> None:
    """Real seconds."""
    await asyncio.sleep(real(seconds))


class LoopClock:
    """Implements :class:`ports.Clock` by the running loop's time: background work waits by both."""

    def now(self) -> float:
        return 1_772_000_000.0 + asyncio.get_running_loop().time()

    def wall(self) -> float:
        return self.now()


@dataclass
class Steps:
    """What the steps of one loop cost.

    - ``apart``: the task whose steps do not count
    - ``longest``: of one step, in CPU seconds, and by the clock; ``holder``: what held it
    - ``cpu``: of all steps until now
    """

    apart: asyncio.Task[Any] | None = None
    longest: float = 0.0
    longest_by_clock: float = 0.0
    holder: str = ""
    cpu: float = 0.0
    _collected: float = 0.0
    _collecting: float = 0.0
    _thread: int = field(default_factory=threading.get_ident)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Until the end of the block, all steps of this thread's loop."""
        really = asyncio.Handle._run

        def timed(handle: asyncio.Handle) -> None:
            if threading.get_ident() != self._thread:
                really(handle)
                return
            cpu, clock = self._now(), time.perf_counter()
            really(handle)
            self._took(handle, self._now() - cpu, time.perf_counter() - clock)

        gc.callbacks.append(self._collects)
        try:
            with patch.object(asyncio.Handle, "_run", timed):
                yield
        finally:
            gc.callbacks.remove(self._collects)

    def _now(self) -> float:
        return time.thread_time() - self._collected

    def _collects(self, phase: str, _: Mapping[str, int]) -> None:
        if threading.get_ident() != self._thread:
            return
        if phase == "start":
            self._collecting = time.thread_time()
        else:
            self._collected += time.thread_time() - self._collecting

    def _took(self, handle: asyncio.Handle, cpu: float, clock: float) -> None:
        # Private, and gone once the handle was cancelled: there is no other way to its task.
        callback = getattr(handle, "_callback", None)
        owner = getattr(callback, "__self__", None)
        if self.apart is not None and owner is self.apart:
            return
        self.cpu += cpu
        self.longest_by_clock = max(self.longest_by_clock, clock)
        if cpu > self.longest:
            self.longest, self.holder = cpu, repr(owner or callback)[:300]
