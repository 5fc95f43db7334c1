"""The real queue and engine, driven by a test: they work until there is nothing left to do now."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from streaminglab_operator.engine import Engine, Reconciles
from streaminglab_operator.names import LabKey
from streaminglab_operator.reconcile import Outcome
from streaminglab_operator.reconcile.background import NAME as BACKGROUND
from streaminglab_operator.workqueue import WorkQueue
from tests.fakes.cluster import Crash
from tests.fakes.time import Clock, FakeTimers

WORKERS = 2


class Unobserved:
    """Implements :class:`engine.Observer`: no metrics."""

    def passed(self, seconds: float, writes: int) -> None:
        """Nobody counts."""

    def failed(self) -> None:
        """Nobody counts."""


@dataclass
class Passed:
    """What came of the passes."""

    begun: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)


class Witness:
    """Between engine and reconciler: keeps what came of each pass, and stops at a crash."""

    def __init__(self, reconciler: Reconciles, log: Passed, after: Callable[[], None]) -> None:
        self._reconciler = reconciler
        self._log = log
        self._after = after
        self.running = 0
        self.ended = asyncio.Event()
        self.crash: Crash | None = None

    async def reconcile(self, key: LabKey, *, by_clock: bool = False) -> Outcome:
        """One pass. A crash ends everything: to the engine, the pass then never ends."""
        self._log.begun += 1
        self.running += 1
        try:
            outcome = await self._reconciler.reconcile(key, by_clock=by_clock)
        except Crash as crash:
            self.crash = crash
        except Exception as error:
            self._log.errors.append(error)
            raise
        else:
            self._log.outcomes.append(outcome)
            await _background()
            self._after()
            return outcome
        finally:
            self.running -= 1
            self.ended.set()
        never: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        return await never


async def _background() -> None:
    """What a pass has left to the background comes to its end; it wakes its lab."""
    tasks = [t for t in asyncio.all_tasks() if t.get_name().startswith(BACKGROUND)]
    if tasks:
        await asyncio.wait(tasks, timeout=5)
        await asyncio.sleep(0)


class DrivenEngine:
    """One run of the operator's queue and engine, with a clock of the test's own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.timers = FakeTimers(clock)
        self.queue: WorkQueue[LabKey] = WorkQueue(timers=self.timers)

    def drive(self, reconciler: Reconciles, log: Passed, after: Callable[[], None]) -> None:
        """Give it what makes the passes; ``after`` is called after each that did not fail."""
        self.witness = Witness(reconciler, log, after)
        self._engine = Engine(self.queue, self.witness, Unobserved(), WORKERS)

    async def work(self) -> None:
        """Every lab that waits, or is due now, gets its pass. Raises :class:`Crash`."""
        if not self._due():
            return
        engine = asyncio.create_task(self._engine.run())
        try:
            while self._due() and not self.witness.crash:
                await self._progress()
        finally:
            engine.cancel()
            with suppress(asyncio.CancelledError):
                await engine
        if self.witness.crash:
            raise self.witness.crash

    def _due(self) -> bool:
        return self.queue.busy or self.timers.advance(self._clock.time)

    async def _progress(self) -> None:
        if self.witness.running and not self.witness.ended.is_set():
            await self.witness.ended.wait()
        self.witness.ended.clear()
        await asyncio.sleep(0)
