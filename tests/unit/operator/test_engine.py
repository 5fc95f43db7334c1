"""The workers: a failing lab holds up no other, and health means progress."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from types import SimpleNamespace

import pytest

from streaminglab_operator import engine as module
from streaminglab_operator.engine import STUCK_SECONDS, Engine
from streaminglab_operator.errors import OperatorError, api_error
from streaminglab_operator.names import LabKey
from streaminglab_operator.reconcile import Outcome
from streaminglab_operator.workqueue import WorkQueue
from tests.fakes.leaping import leaping

GOOD, BAD, ODD, BUSY = (LabKey("ns", name) for name in ("good", "bad", "odd", "busy"))


class Passes:
    """A reconciler that does as it is told."""

    def __init__(self) -> None:
        self.seen: list[LabKey] = []
        self.by_clock: list[bool] = []
        self.hang = asyncio.Event()
        self.again: float | None = None

    async def reconcile(self, key: LabKey, *, by_clock: bool = False) -> Outcome:
        self.seen.append(key)
        self.by_clock.append(by_clock)
        if key == BAD:
            raise OperatorError("the quota forbids it")
        if key == BUSY:
            raise api_error(429, "too many requests", "apply Service kafka", 7.0)
        if key == ODD:
            raise KeyError("a fault of ours")
        if self.hang.is_set():
            await asyncio.sleep(1e6)
        return Outcome(2, self.again)


class Numbers:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.passes = 0
        self.failures = 0
        self.writes = 0

    def passed(self, seconds: float, writes: int) -> None:
        self.passes += 1
        self.writes += writes

    def failed(self) -> None:
        self.failures += 1


async def _run_until(engine: Engine, true: Callable[[], bool]) -> None:
    """Let the workers run until something has come about."""
    async with _running(engine), asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - the numbers tell nobody
            await asyncio.sleep(0.001)


@asynccontextmanager
async def _running(engine: Engine) -> AsyncIterator[None]:
    task = asyncio.create_task(engine.run())
    yield
    assert not task.done(), "the workers must outlive every error of a pass"
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _engine(passes: Passes, workers: int = 1) -> tuple[Engine, WorkQueue[LabKey], Numbers]:
    queue: WorkQueue[LabKey] = WorkQueue()
    numbers = Numbers()
    return Engine(queue, passes, numbers, workers), queue, numbers


@pytest.mark.parametrize("broken", [BAD, ODD], ids=["refused", "broken"])
@leaping
async def test_a_failing_lab_does_not_hold_up_another(broken: LabKey) -> None:
    passes = Passes()
    engine, queue, numbers = _engine(passes)
    queue.add(broken)
    queue.add(GOOD)
    await _run_until(engine, lambda: numbers.passes == 1)
    assert passes.seen == [broken, GOOD]
    assert (numbers.passes, numbers.failures) == (1, 1)


@leaping
async def test_a_failing_lab_is_tried_again_after_its_back_off() -> None:
    passes = Passes()
    engine, queue, _ = _engine(passes)
    queue.add(BAD)
    await _run_until(engine, lambda: len(passes.seen) == 2)
    assert passes.seen == [BAD, BAD]


@leaping
async def test_an_api_server_that_asks_for_it_is_left_alone_however_often_a_lab_is_woken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passes = Passes()
    engine, queue, numbers = _engine(passes)
    waits: list[float] = []
    failed = queue.failed

    def noted(key: LabKey, leave_alone: float = 0.0) -> float:
        waits.append(failed(key, leave_alone))
        return waits[-1]

    monkeypatch.setattr(queue, "failed", noted)
    queue.add(BUSY)
    await _run_until(engine, lambda: numbers.failures == 1)
    queue.add(BUSY)
    queue.add(GOOD)
    await _run_until(engine, lambda: numbers.passes == 1)
    assert waits == [7.0]
    assert passes.seen == [BUSY, GOOD]


@leaping
async def test_a_lab_that_asks_for_it_is_looked_at_again() -> None:
    passes = Passes()
    passes.again = 0.05
    engine, queue, _ = _engine(passes)
    queue.add(GOOD)
    await _run_until(engine, lambda: len(passes.seen) > 2)
    assert passes.by_clock[:3] == [False, True, True]


@leaping
async def test_a_lab_that_flaps_is_left_alone_however_often_it_is_woken() -> None:
    passes = Passes()
    engine, queue, _ = _engine(passes)
    loop, times = asyncio.get_running_loop(), []

    async def noted(key: LabKey, *, by_clock: bool = False) -> Outcome:
        times.append(loop.time())
        return Outcome(leave_alone=20.0)

    passes.reconcile = noted  # type: ignore[method-assign]
    queue.add(BUSY)
    async with _running(engine), asyncio.timeout(60):
        for _ in range(90):
            queue.add(BUSY)
            await asyncio.sleep(0.5)
    assert len(times) == 3
    assert min(b - a for a, b in pairwise(times)) >= 20.0


@leaping
async def test_one_slow_lab_leaves_the_other_workers_free() -> None:
    passes = Passes()
    engine, queue, _ = _engine(passes, workers=2)
    passes.hang.set()
    queue.add(GOOD)
    queue.add(BAD)
    await _run_until(engine, lambda: set(passes.seen) == {GOOD, BAD})


@pytest.fixture
def by_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine reads the clock of the loop."""

    def now() -> float:
        return asyncio.get_running_loop().time()

    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=now, perf_counter=now))


@leaping
async def test_an_engine_without_work_is_healthy(by_the_loop: None) -> None:
    engine, _, _ = _engine(Passes())
    async with _running(engine):
        await asyncio.sleep(2 * STUCK_SECONDS)
        assert not engine.stuck()


@leaping
async def test_a_pass_that_never_ends_is_unhealthy(by_the_loop: None) -> None:
    passes = Passes()
    passes.hang.set()
    engine, queue, _ = _engine(passes)
    queue.add(GOOD)
    async with _running(engine):
        await asyncio.sleep(STUCK_SECONDS - 1)
        assert not engine.stuck()
        await asyncio.sleep(2)
        assert engine.stuck()
