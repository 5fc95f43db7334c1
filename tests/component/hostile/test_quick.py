"""The measure itself: what the CPU is held for counts, and waiting does not."""

import asyncio
import time

from tests.component.hostile.quick import Steps, run

BUSY = 0.05


def _works() -> None:
    until = time.thread_time() + BUSY
    while time.thread_time() < until:
        pass


def test_a_step_costs_the_cpu_that_it_holds() -> None:
    steps = Steps()

    async def work() -> None:
        with steps.measured():
            asyncio.get_running_loop().call_soon(time.sleep, 10 * BUSY)
            asyncio.get_running_loop().call_soon(_works)
            await asyncio.sleep(0.01)

    run(work())
    assert BUSY <= steps.longest < 10 * BUSY <= steps.longest_by_clock
    assert "_works" in steps.holder


def test_steps_of_the_cluster_in_memory_are_left_out() -> None:
    steps = Steps()

    async def cluster() -> None:
        _works()

    async def work() -> None:
        steps.apart = asyncio.create_task(cluster())
        with steps.measured():
            await steps.apart

    run(work())
    assert steps.cpu < BUSY


def test_a_quick_loop_waits_a_part_of_the_time() -> None:
    began = time.perf_counter()
    run(asyncio.sleep(3600), speed=1e6)
    assert time.perf_counter() - began < 60
