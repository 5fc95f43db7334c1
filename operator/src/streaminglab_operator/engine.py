"""The workers that turn wake-ups into passes."""

import asyncio
import time
from typing import Protocol

import structlog

from streaminglab_operator.errors import OperatorError
from streaminglab_operator.names import LabKey
from streaminglab_operator.reconcile import Outcome
from streaminglab_operator.workqueue import WorkQueue

log = structlog.get_logger()

STUCK_SECONDS = 120.0


class Reconciles(Protocol):
    """One pass over one lab."""

    async def reconcile(self, key: LabKey, *, by_clock: bool = False) -> Outcome:
        """``by_clock``: nothing was told of the lab since the last one, which asked for it."""


class Observer(Protocol):
    """Told of every pass, for metrics."""

    def passed(self, seconds: float, writes: int) -> None: ...

    def failed(self) -> None: ...


class Engine:
    """A pool of workers over one queue; a failing lab backs off and holds up no other."""

    def __init__(
        self, queue: WorkQueue[LabKey], reconciler: Reconciles, observer: Observer, workers: int
    ) -> None:
        self._queue = queue
        self._reconciler = reconciler
        self._observer = observer
        self._workers = workers
        self._progress = time.monotonic()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._workers):
                group.create_task(self._work())

    def stuck(self) -> bool:
        """True if there is work and no pass has ended for a long time: health means progress."""
        if not self._queue.busy:
            self._progress = time.monotonic()
        return time.monotonic() - self._progress > STUCK_SECONDS

    async def _work(self) -> None:
        while True:
            key = await self._queue.take()
            try:
                await self._one(key)
            finally:
                self._queue.done(key)
                self._progress = time.monotonic()

    async def _one(self, key: LabKey) -> None:
        started = time.perf_counter()
        try:
            outcome = await self._reconciler.reconcile(key, by_clock=self._queue.by_clock(key))
        except OperatorError as error:
            wait = self._queue.failed(key, error.retry_after)
            self._observer.failed()
            log.warning("pass failed", lab=str(key), error=str(error), again_in=wait)
            return
        except Exception:
            # A fault of ours in one lab must not end the others' workers.
            wait = self._queue.failed(key)
            self._observer.failed()
            log.exception("pass broke", lab=str(key), again_in=wait)
            return
        self._queue.succeeded(key)
        self._observer.passed(time.perf_counter() - started, outcome.writes)
        if outcome.writes:
            log.info("applied", lab=str(key), objects=outcome.writes)
        if outcome.leave_alone:
            self._queue.leave_alone(key, outcome.leave_alone)
        if outcome.again_after is not None:
            self._queue.add_after(key, outcome.again_after)
