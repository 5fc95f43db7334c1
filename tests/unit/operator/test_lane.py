"""Calls wait for their turn before they are made: who goes on when, and what is learnt."""

import asyncio

import pytest

from streaminglab_operator.adapters.congestion import Congestion
from streaminglab_operator.adapters.lane import Lane
from streaminglab_operator.errors import ApiError, Conflict
from tests.patience import PATIENCE

DEAD_WEBHOOK = 'Internal error occurred: failed calling webhook "x.example.org": no route'


class Calls:
    """Calls that end when the test says so."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.begun: list[int] = []
        self.again = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []
        self._ends: dict[int, asyncio.Future[None]] = {}

    async def ask(self, number: int) -> None:
        self.tasks.append(asyncio.create_task(self._call(number)))
        await _settle()

    async def _call(self, number: int) -> None:
        async with self.lane.call("GET secrets"):
            self.begun.append(number)
            if number:
                self.again.set()
            self._ends[number] = asyncio.get_running_loop().create_future()
            await self._ends[number]

    async def end(self, number: int, error: Exception | None = None) -> None:
        future = self._ends[number]
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
        await _settle()
        await asyncio.gather(*(t for t in self.tasks if t.done()), return_exceptions=True)


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_calls_are_in_flight_than_there_may_be_and_the_first_goes_first() -> None:
    calls = Calls(Lane(Congestion(limit=2.0)))
    for number in range(4):
        await calls.ask(number)
    assert (calls.begun, calls.lane.in_flight) == ([0, 1], 2)
    await calls.end(1)
    assert calls.begun == [0, 1, 2]


async def test_who_is_cancelled_while_it_waits_takes_no_place() -> None:
    calls = Calls(Lane(Congestion(limit=2.0)))
    for number in range(4):
        await calls.ask(number)
    calls.tasks[2].cancel()
    await calls.end(0)
    assert calls.begun == [0, 1, 3]


async def test_who_is_cancelled_when_its_turn_comes_gives_it_on() -> None:
    calls = Calls(Lane(Congestion(limit=2.0)))
    for number in range(4):
        await calls.ask(number)
    calls._ends[0].set_result(None)
    await asyncio.sleep(0)
    assert calls.begun == [0, 1], "granted, and not begun yet"
    calls.tasks[2].cancel()
    await _settle()
    await calls.end(1)
    assert 3 in calls.begun
    assert calls.lane.in_flight <= 2


@pytest.mark.parametrize("status", [0, 429, 500, 503, 504])
async def test_a_server_with_too_much_to_do_has_half_as_many_calls(status: int) -> None:
    calls = Calls(Lane(Congestion(limit=8.0)))
    await calls.ask(0)
    await calls.end(0, ApiError(status, "too many requests"))
    assert calls.lane.limit == 4
    await calls.ask(1)
    assert calls.begun == [0, 1], "it asked for no pause"


@pytest.mark.parametrize("error", [Conflict(409, "changed"), ApiError(500, DEAD_WEBHOOK)])
async def test_a_no_that_is_about_the_request_changes_nothing(error: ApiError) -> None:
    calls = Calls(Lane(Congestion(limit=8.0)))
    await calls.ask(0)
    await calls.end(0, error)
    assert calls.lane.limit == 8


async def test_after_a_pause_that_was_asked_for_it_goes_on_by_itself() -> None:
    calls = Calls(Lane(Congestion(limit=8.0)))
    await calls.ask(0)
    await calls.end(0, ApiError(429, "too many requests", retry_after=0.05))
    await calls.ask(1)
    assert calls.begun == [0]
    await asyncio.wait_for(calls.again.wait(), PATIENCE)
    assert calls.begun == [0, 1]
