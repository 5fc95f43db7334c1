"""The loop of those tests whose time is none of the machine's."""

import asyncio
import time

import pytest

from tests.fakes.leaping import BEGIN, leaping


@leaping
async def test_an_hour_goes_by_at_once_and_is_one_by_its_clock() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.sleep(3600)
    assert loop.time() - began == pytest.approx(3600)


@leaping
async def test_a_machine_that_stands_still_brings_no_time_out() -> None:
    async with asyncio.timeout(0.01):
        time.sleep(0.05)  # noqa: ASYNC251 - the machine stands still
        await asyncio.sleep(0.005)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.sleep(60), 0.01)
    assert asyncio.get_running_loop().time() == pytest.approx(BEGIN + 0.015)


@leaping
async def test_what_is_due_first_comes_first() -> None:
    order: list[float] = []

    async def at(seconds: float) -> None:
        await asyncio.sleep(seconds)
        order.append(seconds)

    await asyncio.gather(*(at(seconds) for seconds in (3.0, 0.001, 2.0)))
    assert order == [0.001, 2.0, 3.0]


def test_who_waits_for_ever_is_told() -> None:
    @leaping
    async def waits() -> None:
        await asyncio.Event().wait()

    with pytest.raises(AssertionError, match="for ever"):
        waits()
