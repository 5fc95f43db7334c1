"""What runs beside kopf: in which order it starts, and that whatever ends, ends all of it."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from streaminglab_operator.adapters.lease import Lease, LeaseLost
from streaminglab_operator.adapters.roll_call import RollCall
from streaminglab_operator.adapters.watch import SILENCE_SECONDS, Informer
from streaminglab_operator.engine import Engine
from streaminglab_operator.errors import Forbidden
from streaminglab_operator.runtime import Runtime
from tests.patience import PATIENCE


class Part:
    """A lease, an informer and an engine at once: it says what is called, and can fail."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.synced = asyncio.Event()
        self.lost = asyncio.Event()
        self.refusal: Exception | None = None

    async def acquire(self) -> None:
        self.calls.append("acquire")
        if self.refusal:
            raise self.refusal

    async def renew(self) -> None:
        await self.lost.wait()
        raise LeaseLost("another operator took the lease")

    async def release(self) -> None:
        self.calls.append("release")

    async def served(self) -> None:
        self.calls.append("served")


class Running(Part):
    """What runs until it is cancelled, and says how it fares. ``some`` and ``all``: as a roll call,
    when it finds that kopf has told of a lab, and of every one."""

    last_heard = 0.0
    behind = False
    trouble = False

    def __init__(self) -> None:
        super().__init__()
        self.some, self.all = asyncio.Event(), asyncio.Event()

    async def all_told(self, first: Callable[[], None]) -> None:
        await self.some.wait()
        first()
        await self.all.wait()

    def stuck(self) -> bool:
        return self.trouble

    async def run(self) -> None:
        self.calls.append("run")
        await asyncio.Event().wait()


def labs_told() -> Running:
    """A roll call that finds all labs told at once."""
    found = Running()
    found.some.set()
    found.all.set()
    return found


def runtime(lease: Part, informer: Running, engine: Running, **other: Any) -> Runtime:
    """``other``: ``served``, ``roll_call`` or ``prepare``."""
    return Runtime(
        engine=cast(Engine, engine),
        informers=[cast(Informer, informer)],
        lease=cast(Lease, lease),
        served=other.get("served", lease.served),
        roll_call=cast(RollCall, other.get("roll_call", Running())),
        prepare=other.get("prepare", _nothing),
    )


async def _nothing() -> None:
    """There is nothing to prepare."""


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)


async def test_the_start_waits_for_the_lease_and_for_the_kinds_to_be_served() -> None:
    lease, informer, engine = Part(), Running(), Running()
    here = runtime(lease, informer, engine)
    await here.start()
    assert lease.calls == ["acquire", "served"]
    await asyncio.sleep(0.01)
    assert (informer.calls, engine.calls) == ([], [])
    await here.close()
    assert lease.calls[-1] == "release"


async def test_objects_are_listed_after_the_labs_and_passes_begin_when_all_are_known() -> None:
    lease, informer, engine, roll_call = Part(), Running(), Running(), Running()
    here = runtime(lease, informer, engine, roll_call=roll_call)
    await here.start()
    roll_call.some.set()
    await asyncio.sleep(0.01)
    assert (informer.calls, engine.calls) == ([], [])
    roll_call.all.set()
    await until(lambda: informer.calls == ["run"])
    assert engine.calls == []
    informer.synced.set()
    await until(lambda: engine.calls == ["run"])
    assert informer.calls == ["run"]
    await here.close()


async def test_what_can_be_prepared_is_from_the_first_lab_on_and_passes_wait_for_lists_alone() -> (
    None
):
    informer, engine, roll_call = Running(), Running(), Running()
    begun, ended = 0, asyncio.Event()

    async def prepare() -> None:
        nonlocal begun
        begun += 1
        await ended.wait()

    here = runtime(Part(), informer, engine, prepare=prepare, roll_call=roll_call)
    await here.start()
    await asyncio.sleep(0.01)
    assert begun == 0, "there is no lab that anything could be prepared for"
    roll_call.some.set()
    await until(lambda: begun == 1)
    assert informer.calls == []
    roll_call.all.set()
    informer.synced.set()
    # Passes wait for it where they need it, and nowhere else.
    await until(lambda: engine.calls == ["run"])
    assert begun == 2, "once more: by now labs of other specs are known"
    ended.set()
    await asyncio.sleep(0.01)
    assert not here.ended.is_set()
    await here.close()


async def test_a_lost_lease_ends_all_and_is_what_is_said() -> None:
    lease, informer, engine = Part(), Running(), Running()
    informer.synced.set()
    here = runtime(lease, informer, engine)
    await here.start()
    assert not here.ended.is_set()
    lease.lost.set()
    await asyncio.wait_for(here.ended.wait(), PATIENCE)
    with pytest.raises(LeaseLost, match="another operator took the lease"):
        await here.close()


async def test_a_lease_lost_while_the_lists_are_read_ends_all() -> None:
    lease, informer, engine = Part(), Running(), Running()
    here = runtime(lease, informer, engine, roll_call=labs_told())
    await here.start()
    await until(lambda: informer.calls == ["run"])
    lease.lost.set()
    await asyncio.wait_for(here.ended.wait(), PATIENCE)
    with pytest.raises(LeaseLost):
        await here.close()
    assert engine.calls == []


async def test_a_lease_lost_while_the_kinds_are_not_served_ends_the_start() -> None:
    lease, informer, engine = Part(), Running(), Running()
    here = runtime(lease, informer, engine, served=asyncio.Event().wait)
    start = asyncio.create_task(here.start())
    await asyncio.sleep(0.01)
    lease.lost.set()
    await asyncio.wait_for(here.ended.wait(), PATIENCE)
    start.cancel()  # as kopf does when its flag is set
    await asyncio.gather(start, return_exceptions=True)
    with pytest.raises(LeaseLost):
        await here.close()


async def test_a_start_that_is_refused_says_why_at_the_end() -> None:
    lease, informer, engine = Part(), Running(), Running()
    lease.refusal = Forbidden(403, "leases is forbidden")
    here = runtime(lease, informer, engine)
    with pytest.raises(Forbidden):
        await here.start()
    with pytest.raises(Forbidden, match="leases is forbidden"):
        await here.close()
    assert informer.calls == []


async def test_an_operator_that_was_told_nothing_wrong_is_healthy() -> None:
    lease, informer, engine, roll_call = Part(), Running(), Running(), Running()
    here = runtime(lease, informer, engine, roll_call=roll_call)
    assert here.unhealthy() == "", "a watch that has not begun is not silent"
    informer.last_heard = asyncio.get_running_loop().time() - SILENCE_SECONDS
    assert here.unhealthy() == "", "the watch makes itself anew"
    await here.start()
    await asyncio.sleep(0.01)
    assert roll_call.calls == ["run"], "also where there is no lab yet"
    await here.close()


async def test_a_pass_a_watch_or_kopf_that_stands_still_is_unhealthy() -> None:
    lease, informer, engine, roll_call = Part(), Running(), Running(), Running()
    here = runtime(lease, informer, engine, roll_call=roll_call)
    roll_call.behind = True
    assert "labs were made, edited or deleted" in here.unhealthy()
    informer.last_heard = asyncio.get_running_loop().time() - 5 * SILENCE_SECONDS
    assert "silent" in here.unhealthy()
    engine.trouble = True
    assert "no pass has ended" in here.unhealthy()
