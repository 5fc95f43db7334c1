"""Work of a lab between its passes: one piece at a time, and its end wakes the lab."""

import asyncio

import pytest

from streaminglab_operator.reconcile.background import Background


async def _answer(value: int | Exception, after: asyncio.Event | None = None) -> int:
    if after is not None:
        await after.wait()
    if isinstance(value, Exception):
        raise value
    return value


async def test_what_came_of_it_is_taken_once_and_its_end_wakes_the_lab() -> None:
    work, woken, go_on = Background[int](), asyncio.Event(), asyncio.Event()
    work.begin(_answer(7, go_on), "x", woken.set)
    await asyncio.sleep(0)
    assert (work.running, work.take(), woken.is_set()) == (True, None, False)
    go_on.set()
    await woken.wait()
    assert (work.running, work.take(), work.take()) == (False, 7, None)


async def test_an_error_wakes_the_lab_and_is_raised_where_it_is_taken() -> None:
    work, woken = Background[int](), asyncio.Event()
    work.begin(_answer(ValueError("x")), "x", woken.set)
    await woken.wait()
    with pytest.raises(ValueError, match="x"):
        work.take()
    assert work.take() is None


async def test_what_is_begun_takes_the_place_of_what_was_and_that_wakes_nobody() -> None:
    work, woken, other = Background[int](), asyncio.Event(), asyncio.Event()
    work.begin(_answer(1, asyncio.Event()), "x", woken.set)
    await asyncio.sleep(0)
    work.begin(_answer(2), "x", other.set)
    await other.wait()
    assert (work.take(), woken.is_set()) == (2, False)


@pytest.mark.parametrize("value", [1, ValueError("nobody sees it")])
async def test_what_nobody_asks_for_any_more_is_ended(value: int | Exception) -> None:
    work, woken = Background[int](), asyncio.Event()
    work.cancel()
    work.begin(_answer(value), "x", woken.set)
    await woken.wait()
    work.cancel()
    assert (work.running, work.take()) == (False, None)


async def test_what_came_of_it_can_be_looked_at_and_stays() -> None:
    work, woken = Background[int](), asyncio.Event()
    assert work.peek() is None
    work.begin(_answer(7), "x", woken.set)
    assert work.peek() is None
    await woken.wait()
    assert (work.peek(), work.take(), work.peek()) == (7, 7, None)
    woken.clear()
    work.begin(_answer(ValueError("x")), "x", woken.set)
    await woken.wait()
    assert work.peek() is None
    with pytest.raises(ValueError, match="x"):
        work.take()
