"""The queue between wake-ups and passes."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from streaminglab_operator.workqueue import (
    BURST,
    GATHER_EACH,
    GATHER_LEAST,
    GATHER_MOST,
    MAX_BACKOFF,
    PER_SECOND,
    WorkQueue,
)
from tests.fakes.leaping import leaping
from tests.fakes.time import Clock, FakeTimers


@leaping
async def test_a_key_that_is_added_twice_is_taken_once() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a")
    queue.add("a")
    assert await queue.take() == "a"
    assert len(queue) == 0


@leaping
async def test_keys_come_in_the_order_of_their_first_add() -> None:
    queue: WorkQueue[str] = WorkQueue()
    for key in ("b", "a", "b", "c"):
        queue.add(key)
    assert [await queue.take() for _ in range(3)] == ["b", "a", "c"]


@leaping
async def test_a_key_is_never_worked_on_twice_at_a_time() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a")
    await queue.take()
    queue.add("a")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.take(), 0.02)
    queue.done("a")
    assert await asyncio.wait_for(queue.take(), 0.1) == "a"


@leaping
async def test_a_key_that_was_not_added_during_its_pass_does_not_come_again() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a")
    await queue.take()
    queue.done("a")
    assert len(queue) == 0
    assert not queue.busy


@leaping
async def test_a_waiting_worker_is_woken_by_an_add() -> None:
    queue: WorkQueue[str] = WorkQueue()
    worker = asyncio.create_task(queue.take())
    await asyncio.sleep(0)
    queue.add("a")
    assert await asyncio.wait_for(worker, 0.5) == "a"


@leaping
async def test_two_waiting_workers_take_two_keys() -> None:
    queue: WorkQueue[str] = WorkQueue()
    workers = [asyncio.create_task(queue.take()) for _ in range(2)]
    await asyncio.sleep(0)
    queue.add("a")
    queue.add("b")
    assert sorted(await asyncio.wait_for(asyncio.gather(*workers), 0.5)) == ["a", "b"]


@pytest.mark.parametrize("order", [(0.02, 30.0), (30.0, 0.02)], ids=str)
@leaping
async def test_of_two_delayed_adds_the_earlier_wins(order: tuple[float, float]) -> None:
    queue: WorkQueue[str] = WorkQueue()
    for seconds in order:
        queue.add_after("a", seconds)
    assert await asyncio.wait_for(queue.take(), 1) == "a"


@leaping
async def test_each_failure_waits_longer_and_never_too_long() -> None:
    queue: WorkQueue[str] = WorkQueue()
    waits = [queue.failed("a") for _ in range(10)]
    assert waits[:3] == [0.5, 1.0, 2.0]
    assert waits == sorted(waits)
    assert waits[-1] == MAX_BACKOFF


@leaping
async def test_a_night_of_failures_does_not_break_the_queue() -> None:
    queue: WorkQueue[str] = WorkQueue()
    for _ in range(3000):
        wait = queue.failed("a")
    assert wait == MAX_BACKOFF


@leaping
async def test_a_key_that_is_to_be_left_alone_is_whoever_asks_for_it() -> None:
    clock = Clock()
    timers = FakeTimers(clock)
    queue: WorkQueue[str] = WorkQueue(timers=timers)
    began = clock.time
    queue.add("a")
    await queue.take()
    queue.add("a")
    assert queue.failed("a", 7.0) == 7.0
    queue.done("a")
    queue.add("b")
    assert await queue.take() == "b", "it is about no other"
    queue.add("a")
    assert len(queue) == 0
    timers.advance(began + 6.9)
    queue.add("a")
    assert len(queue) == 0
    timers.advance(began + 7.0)
    assert await queue.take() == "a"
    queue.done("a")
    queue.add("a")
    assert len(queue) == 1, "afterwards all is as before"


@leaping
async def test_a_back_off_that_is_longer_counts() -> None:
    queue: WorkQueue[str] = WorkQueue()
    for _ in range(5):
        queue.failed("a")
    assert queue.failed("a", 1.0) == 16.0


@leaping
async def test_a_success_forgets_the_failures() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.failed("a")
    queue.failed("a")
    queue.succeeded("a")
    assert queue.failed("a") == 0.5


@leaping
async def test_a_queue_is_busy_while_a_pass_is_made() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a")
    assert queue.busy
    await queue.take()
    assert queue.busy
    queue.done("a")
    assert not queue.busy


def _grouped(most: int = 0) -> WorkQueue[str]:
    """Keys like ``a1``, in groups by their letter."""
    return WorkQueue(lambda key: key[0], most)


async def _pass(queue: WorkQueue[str], key: str) -> None:
    queue.add(key)
    queue.done(await asyncio.wait_for(queue.take(), 5))


@leaping
async def test_groups_take_turns_however_many_keys_one_has() -> None:
    queue = _grouped()
    for key in ("a1", "a2", "a3", "a4", "b1", "c1"):
        queue.add(key)
    assert [await queue.take() for _ in range(6)] == ["a1", "b1", "c1", "a2", "a3", "a4"]


@leaping
async def test_no_group_has_all_workers() -> None:
    queue = _grouped(most=2)
    for key in ("a1", "a2", "a3", "b1"):
        queue.add(key)
    assert sorted([await queue.take() for _ in range(3)]) == ["a1", "a2", "b1"]
    waiting = asyncio.create_task(queue.take())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    assert len(queue) == 1
    queue.done("a1")
    assert await asyncio.wait_for(waiting, 1) == "a3"


@leaping
async def test_a_key_that_comes_again_and_again_is_slowed_and_no_other_is() -> None:
    queue = _grouped()
    for _ in range(int(BURST)):
        await _pass(queue, "a1")
    queue.add("a1")
    assert not queue.busy
    await _pass(queue, "b1")
    await _pass(queue, "a2")
    took = asyncio.get_running_loop().time()
    assert await asyncio.wait_for(queue.take(), 5) == "a1"
    assert asyncio.get_running_loop().time() - took <= 2 / PER_SECOND


@leaping
async def test_keys_that_are_gone_take_no_room_for_ever() -> None:
    clock = Clock()
    queue: WorkQueue[str] = WorkQueue(timers=FakeTimers(clock))
    for number in range(20_000):
        clock.time += 1.0
        queue.add(str(number))
        queue.done(await queue.take())
    assert max(len(value) for value in vars(queue).values() if hasattr(value, "__len__")) <= 4097


@leaping
async def test_a_delayed_add_waits_by_the_timers_that_the_queue_was_given() -> None:
    clock = Clock()
    timers = FakeTimers(clock)
    queue: WorkQueue[str] = WorkQueue(timers=timers)
    queue.add_after("late", 3600.0)
    queue.add_after("soon", 60.0)
    assert timers.advance(clock.time + 30.0) is False
    assert len(queue) == 0
    assert timers.advance(clock.time + 3600.0) is True
    assert await queue.take() == "soon"
    assert timers.advance(clock.time + 3600.0) is True
    assert await queue.take() == "late"


@leaping
async def test_a_delayed_add_that_an_earlier_one_replaced_never_comes() -> None:
    clock = Clock()
    timers = FakeTimers(clock)
    queue: WorkQueue[str] = WorkQueue(timers=timers)
    queue.add_after("a", 3600.0)
    queue.add_after("a", 60.0)
    assert timers.advance(clock.time + 60.0) is True
    assert await queue.take() == "a"
    queue.done("a")
    assert timers.advance(clock.time + 7200.0) is False
    assert len(queue) == 0


@leaping
async def test_a_pass_that_can_wait_comes_once_for_all_that_was_told_meanwhile() -> None:
    clock = Clock()
    timers = FakeTimers(clock)
    queue: WorkQueue[str] = WorkQueue(timers=timers)
    began = clock.time
    queue.add_soon("a")
    assert timers.advance(began + GATHER_LEAST / 2) is False
    queue.add_soon("a")
    assert queue.gathering == 1
    assert timers.advance(began + GATHER_LEAST) is True, "what comes later does not put it off"
    assert await queue.take() == "a"
    queue.done("a")
    assert timers.advance(began + 60.0) is False


@leaping
async def test_a_pass_makes_all_that_was_asked_for_later() -> None:
    clock = Clock()
    timers = FakeTimers(clock)
    queue: WorkQueue[str] = WorkQueue(timers=timers)
    queue.add_after("a", 30.0)
    queue.add_soon("b")
    for key in ("a", "b"):
        queue.add(key)
        queue.add_soon(key)
        assert await queue.take() == key
    assert queue.gathering == 0
    queue.add_soon("b")
    queue.done("a")
    queue.done("b")
    assert timers.advance(clock.time + 60.0) is True, "what was told during a pass has its own"
    assert [await queue.take(), len(queue)] == ["b", 0]


async def test_a_pass_is_by_the_clock_alone_where_nobody_else_asked_for_it() -> None:
    clock = Clock()
    timers = FakeTimers(clock)
    queue: WorkQueue[str] = WorkQueue(timers=timers)

    async def told(ask: Callable[[], object], wait: float = 0.0) -> bool:
        ask()
        timers.advance(clock.time + wait)
        key = await queue.take()
        by_clock = queue.by_clock(key)
        queue.done(key)
        return not by_clock

    later = partial(queue.add_after, "a", 60.0)
    assert await told(partial(queue.add, "a"))
    assert not await told(later, 60.0)
    assert await told(partial(queue.add_soon, "a"), 60.0)
    later()
    assert await told(partial(queue.add_soon, "a"), 60.0), "one timer, for both"
    assert await told(partial(queue.failed, "a"), 60.0)
    assert not await told(later, 60.0)


async def test_what_is_told_during_a_pass_by_the_clock_is_news_to_the_next() -> None:
    clock = Clock()
    timers = FakeTimers(clock)
    queue: WorkQueue[str] = WorkQueue(timers=timers)
    queue.add_after("a", 60.0)
    timers.advance(clock.time + 60.0)
    assert queue.by_clock(await queue.take())
    queue.add("a")
    queue.done("a")
    assert not queue.by_clock(await queue.take())


async def test_news_of_a_key_that_has_had_too_many_passes_is_news_when_its_turn_comes() -> None:
    clock = Clock()
    timers = FakeTimers(clock)
    queue: WorkQueue[str] = WorkQueue(timers=timers)
    for _ in range(int(BURST)):
        queue.add("a")
        queue.done(await queue.take())
    queue.add("a")
    assert len(queue) == 0
    timers.advance(clock.time + 60.0)
    assert not queue.by_clock(await queue.take())


@leaping
async def test_keys_that_were_just_looked_at_count_as_a_crowd_until_they_are_left_alone() -> None:
    clock = Clock()
    queue: WorkQueue[int] = WorkQueue(timers=FakeTimers(clock))
    for key in range(60):
        queue.add(key)
        queue.done(await queue.take())
    assert queue.gather_seconds == 60 * GATHER_EACH
    for _ in range(20):
        queue.add(7)
        queue.done(await queue.take())
        clock.time += 1.0
    assert queue.gather_seconds == GATHER_LEAST, "one key, however often"
    for key in range(100, 3100):
        queue.add(key)
        queue.done(await queue.take())
    assert queue.gather_seconds == GATHER_MOST


@leaping
async def test_the_more_keys_start_the_longer_each_waits_and_never_too_long() -> None:
    queue: WorkQueue[int] = WorkQueue(timers=FakeTimers(Clock()))
    waits = []
    for key in range(300):
        queue.add_soon(key)
        waits.append(queue.gather_seconds)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (GATHER_LEAST, GATHER_MOST)
