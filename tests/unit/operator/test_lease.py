"""One writer: who gets the Lease, who keeps it, and when it is given up."""

import asyncio
import copy
from typing import Any, cast

import pytest

from streaminglab_operator.adapters.api import Api
from streaminglab_operator.adapters.lease import (
    DEADLINE_SECONDS,
    DURATION_SECONDS,
    RENEW_SECONDS,
    RETRY_SECONDS,
    Lease,
    LeaseLost,
)
from streaminglab_operator.errors import ApiError, Conflict, Forbidden, NotFound
from tests.fakes.leaping import leaping

Json = dict[str, Any]


class OneLease:
    """The API server, as far as a Lease goes: versions make a slow writer fail."""

    def __init__(self) -> None:
        self.stored: Json | None = None
        self.version = 0
        self.error: Exception | None = None
        self.silent = False
        self.asked: list[str] = []

    async def request(self, method: str, path: str, *, body: Json | None = None) -> Json:
        self.asked.append(method)
        if self.silent:
            await asyncio.sleep(60)
        if self.error is not None:
            raise self.error
        if method == "GET":
            if self.stored is None:
                raise NotFound(404, "not found")
            return copy.deepcopy(self.stored)
        assert body is not None
        if method == "POST" and self.stored is not None:
            raise Conflict(409, "already exists")
        if method == "PUT" and body["metadata"]["resourceVersion"] != str(self.version):
            raise Conflict(409, "the object has been modified")
        self.version += 1
        self.stored = copy.deepcopy(body)
        self.stored["metadata"]["resourceVersion"] = str(self.version)
        return copy.deepcopy(self.stored)

    def holder(self) -> str:
        return str((self.stored or {})["spec"]["holderIdentity"])

    def touch(self) -> None:
        """Its holder renews."""
        assert self.stored is not None
        self.version += 1
        self.stored["metadata"]["resourceVersion"] = str(self.version)


def operator(server: OneLease) -> Lease:
    """One more operator at this API server."""
    return Lease(cast(Api, server), "streaminglab-system")


def test_it_is_given_up_before_another_may_take_it() -> None:
    assert DEADLINE_SECONDS + RETRY_SECONDS < DURATION_SECONDS
    assert RENEW_SECONDS < DEADLINE_SECONDS / 2


@leaping
async def test_the_first_operator_makes_the_lease() -> None:
    server = OneLease()
    await operator(server).acquire()
    assert server.holder()


@leaping
async def test_the_second_operator_waits_while_the_first_renews() -> None:
    server = OneLease()
    await operator(server).acquire()
    first = server.holder()
    second = asyncio.create_task(operator(server).acquire())
    for _ in range(8):
        await asyncio.sleep(DURATION_SECONDS / 2)
        server.touch()
    assert not second.done()
    assert server.holder() == first
    second.cancel()


@leaping
async def test_the_second_operator_takes_over_when_the_first_is_silent() -> None:
    server = OneLease()
    await operator(server).acquire()
    first = server.holder()
    await asyncio.wait_for(operator(server).acquire(), DURATION_SECONDS + 2 * RETRY_SECONDS)
    assert server.holder() != first


@leaping
async def test_the_clock_of_another_operator_is_not_trusted() -> None:
    server = OneLease()
    await operator(server).acquire()
    assert server.stored is not None
    server.stored["spec"]["renewTime"] = "1999-01-01T00:00:00.000000Z"
    second = asyncio.create_task(operator(server).acquire())
    await asyncio.sleep(DURATION_SECONDS - RETRY_SECONDS)
    assert not second.done(), "an old time in the Lease says nothing"
    second.cancel()


@leaping
async def test_a_released_lease_is_taken_at_once() -> None:
    server = OneLease()
    first = operator(server)
    await first.acquire()
    await first.release()
    await asyncio.wait_for(operator(server).acquire(), RETRY_SECONDS / 2)


@leaping
async def test_of_two_operators_that_come_at_once_one_waits() -> None:
    server = OneLease()
    tasks = [asyncio.create_task(operator(server).acquire()) for _ in range(2)]
    done, pending = await asyncio.wait(tasks, timeout=DURATION_SECONDS / 2)
    assert (len(done), len(pending)) == (1, 1)
    for task in pending:
        task.cancel()


@leaping
async def test_an_operator_whose_lease_was_taken_ends() -> None:
    server = OneLease()
    first = operator(server)
    await first.acquire()
    assert server.stored is not None
    server.stored["spec"]["holderIdentity"] = "another"
    server.touch()
    with pytest.raises(LeaseLost, match="another operator"):
        await asyncio.wait_for(first.renew(), RENEW_SECONDS + RETRY_SECONDS)


@leaping
async def test_an_edit_by_somebody_else_during_a_renewal_is_no_loss() -> None:
    server = OneLease()
    first = operator(server)
    await first.acquire()
    server.error = Conflict(409, "the object has been modified")
    task = asyncio.create_task(first.renew())
    await asyncio.sleep(RENEW_SECONDS + RETRY_SECONDS)
    server.error = None
    await asyncio.sleep(2 * DURATION_SECONDS)
    assert not task.done()
    task.cancel()


@leaping
async def test_a_renewal_is_one_call() -> None:
    server = OneLease()
    first = operator(server)
    await first.acquire()
    server.asked.clear()
    task = asyncio.create_task(first.renew())
    await asyncio.sleep(DURATION_SECONDS)
    task.cancel()
    assert server.asked
    assert set(server.asked) == {"PUT"}


@leaping
async def test_a_short_outage_is_survived() -> None:
    server = OneLease()
    first = operator(server)
    await first.acquire()
    server.error = ApiError(503, "the API server does not answer")
    task = asyncio.create_task(first.renew())
    await asyncio.sleep(DEADLINE_SECONDS - RETRY_SECONDS)
    server.error = None
    await asyncio.sleep(2 * DURATION_SECONDS)
    assert not task.done()
    task.cancel()


@pytest.mark.parametrize("silent", [False, True], ids=["refuses", "does not answer"])
@leaping
async def test_an_api_server_that_stays_away_ends_the_operator(silent: bool) -> None:
    server = OneLease()
    first = operator(server)
    await first.acquire()
    server.silent = silent
    server.error = ApiError(500, "etcd has no leader")
    with pytest.raises(LeaseLost, match="could not be renewed"):
        await asyncio.wait_for(first.renew(), DURATION_SECONDS)


@leaping
async def test_the_end_of_the_operator_does_not_fail_without_an_api_server() -> None:
    server = OneLease()
    first = operator(server)
    await first.acquire()
    server.error = ApiError(0, "the API server does not answer")
    await first.release()
    assert server.holder(), "it was not released, and expires instead"


@leaping
async def test_at_its_start_an_operator_waits_for_the_api_server() -> None:
    server = OneLease()
    server.error = ApiError(0, "the API server does not answer")
    task = asyncio.create_task(operator(server).acquire())
    await asyncio.sleep(2 * DURATION_SECONDS)
    assert not task.done()
    server.error = None
    await asyncio.wait_for(task, 2 * RETRY_SECONDS)


@leaping
async def test_an_operator_without_the_right_to_the_lease_says_so() -> None:
    server = OneLease()
    server.error = Forbidden(403, "leases is forbidden")
    with pytest.raises(Forbidden):
        await operator(server).acquire()
