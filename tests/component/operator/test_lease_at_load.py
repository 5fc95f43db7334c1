"""The Lease is renewed while the API server answers no write, or too many of them with 429."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import kopf
import pytest
import pytest_asyncio
from aiohttp import web

from streaminglab_operator.adapters import lease as module
from streaminglab_operator.adapters.api import Api
from streaminglab_operator.adapters.cluster import KubernetesCluster
from streaminglab_operator.adapters.lane import Lane
from streaminglab_operator.adapters.lease import Lease
from streaminglab_operator.errors import ApiError
from streaminglab_operator.ports import ObjectToApply

WRITES = 200
SERVICE = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "n"}}'


class BusyServer:
    """Has ``seats`` for writes; who finds none is refused. Leases have a level of their own, as by
    the chart's FlowSchema."""

    def __init__(self) -> None:
        self.seats = 1000
        self.in_flight = self.most = self.refused = self.renewals = 0
        self.go_on = asyncio.Event()
        self.packed: set[str] = set()
        self._lease: dict[str, Any] | None = None
        self._versions = itertools.count(1)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/apis/coordination.k8s.io/{rest:.*}", self._on_lease)
        app.router.add_patch("/{rest:.*}", self._on_write)
        return app

    async def _on_write(self, request: web.Request) -> web.Response:
        self.packed.add(request.headers["Accept-Encoding"])
        if self.in_flight >= self.seats:
            self.refused += 1
            return web.json_response({"message": "too many requests"}, status=429)
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        await self.go_on.wait()
        self.in_flight -= 1
        metadata = {"name": "s", "namespace": "n", "uid": "u", "resourceVersion": "1"}
        return web.json_response({"metadata": metadata})

    async def _on_lease(self, request: web.Request) -> web.Response:
        if request.method == "GET" and self._lease is None:
            return web.json_response({"message": "not found"}, status=404)
        if request.method != "GET":
            self._lease = await request.json()
            self._lease["metadata"]["resourceVersion"] = str(next(self._versions))
            self.renewals += 1
        return web.json_response(self._lease)


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BusyServer]:
    busy = BusyServer()
    runner = web.AppRunner(busy.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    there = kopf.ConnectionInfo(server=f"http://127.0.0.1:{port}")
    monkeypatch.setattr(kopf, "login_with_service_account", lambda **_: there)
    yield busy
    busy.go_on.set()
    await runner.cleanup()


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "RENEW_SECONDS", 0.01)
    yield


async def _write(cluster: KubernetesCluster) -> None:
    """As a pass that is made again until it succeeds."""
    while True:
        try:
            await cluster.apply(ObjectToApply("v1", "Service", "n", "s", SERVICE))
            return
        except ApiError as error:
            assert error.status == 429
            await asyncio.sleep(0)


async def _renewed(server: BusyServer, times: int) -> None:
    most = server.renewals + times
    await _until(lambda: server.renewals >= most)


async def _until(so: Callable[[], bool]) -> None:
    for _ in range(3000):
        if so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")


async def test_writes_that_are_not_answered_do_not_hold_up_the_lease(server: BusyServer) -> None:
    lane = Lane()
    async with Api.connect(lane) as writes, Api.connect() as leases:
        lease = Lease(leases, "streaminglab-system")
        await lease.acquire()
        cluster = KubernetesCluster(writes)
        work = [asyncio.create_task(_write(cluster)) for _ in range(WRITES)]
        await _until(lambda: server.in_flight == lane.limit)
        renewing = asyncio.create_task(lease.renew())
        await _renewed(server, 5)
        assert not renewing.done()
        assert server.most == lane.limit < WRITES
        assert server.packed == {"identity"}, "nothing is packed and unpacked within a cluster"
        server.go_on.set()
        await asyncio.gather(*work)
        renewing.cancel()


async def test_at_a_server_with_few_seats_all_is_written_with_few_refusals(
    server: BusyServer,
) -> None:
    server.seats = 4
    lane = Lane()
    async with Api.connect(lane) as writes, Api.connect() as leases:
        lease = Lease(leases, "streaminglab-system")
        await lease.acquire()
        renewing = asyncio.create_task(lease.renew())
        cluster = KubernetesCluster(writes)
        work = [asyncio.create_task(_write(cluster)) for _ in range(WRITES)]
        await _until(lambda: lane.limit <= server.seats)
        await _renewed(server, 5)
        assert not renewing.done()
        server.go_on.set()
        await asyncio.gather(*work)
        renewing.cancel()
    assert server.most == server.seats
    assert server.refused
