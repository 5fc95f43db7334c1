"""Whoever answers in a lab: its answer is bounded, leads nowhere, and holds up nobody else."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from streaminglab_operator.adapters import http as adapter
from streaminglab_operator.adapters.http import Answer, Budget, LabHttp
from streaminglab_operator.adapters.influxdb import InfluxDBClient
from streaminglab_operator.adapters.permits import Permits
from streaminglab_operator.errors import InfluxDBError, NoAnswer
from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import Endpoint, Setup
from tests.patience import PATIENCE
from tools.machine.ports import free_port

LAB, NEIGHBOUR = LabKey("tenant-a", "meteo"), LabKey("tenant-b", "meteo")
BUDGET = Budget(20, 10_000)
HOSTS = 20
"""Each lab has a host of its own: how many connections go to one host is limited too."""


class Impostor:
    """A server that says what a test wants, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.answer: Callable[[web.Request], Awaitable[web.StreamResponse]] = self.nothing
        self.url = ""

    async def nothing(self, _: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return await self.answer(request)

    def says(self, response: Callable[[], web.Response]) -> None:
        """The same answer to everything."""

        async def answer(_: web.Request) -> web.StreamResponse:
            return response()

        self.answer = answer


@pytest_asyncio.fixture
async def impostor() -> AsyncIterator[Impostor]:
    found = Impostor()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    for host in ("127.0.0.1", *(f"127.0.1.{i}" for i in range(HOSTS))):
        await web.TCPSite(runner, host, port).start()
    found.url = f"http://127.0.0.1:{port}"
    yield found
    await runner.cleanup()


@pytest_asyncio.fixture
async def http() -> AsyncIterator[LabHttp]:
    async with LabHttp() as made:
        yield made


async def _ask(http: LabHttp, url: str, budget: Budget = BUDGET, lab: LabKey = LAB) -> Answer:
    return await http.call("GET", Endpoint(url, lab), "/x", budget)


async def test_a_redirect_is_an_answer_and_is_not_followed(
    http: LabHttp, impostor: Impostor
) -> None:
    headers = {"Location": f"{impostor.url}/inner"}
    impostor.says(lambda: web.Response(status=307, headers=headers))
    assert (await _ask(http, impostor.url)).status == 307
    assert [request.path for request in impostor.asked] == ["/x"]


async def test_a_cookie_of_one_lab_goes_to_nobody(http: LabHttp, impostor: Impostor) -> None:
    headers = {"Set-Cookie": "x=AAAA; Path=/"}
    impostor.says(lambda: web.Response(headers=headers))
    host = impostor.url.replace("127.0.0.1", "localhost")
    await _ask(http, host)
    await _ask(http, host, lab=NEIGHBOUR)
    assert [request.headers.get("Cookie") for request in impostor.asked] == [None, None]


async def test_a_proxy_of_the_environment_plays_no_part(
    http: LabHttp, impostor: Impostor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert (await _ask(http, impostor.url)).status == 204


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
async def test_nothing_is_unpacked(http: LabHttp, impostor: Impostor, encoding: str) -> None:
    bomb = gzip.compress(bytes(2**24))
    impostor.says(lambda: web.Response(body=bomb, headers={"Content-Encoding": encoding}))
    with pytest.raises(NoAnswer, match="compressed"):
        await _ask(http, impostor.url)
    assert impostor.asked[0].headers["Accept-Encoding"] == "identity"


async def test_an_answer_without_end_costs_no_more_than_its_budget(
    http: LabHttp, impostor: Impostor
) -> None:
    sent, ended = 0, asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"0" * 4096)
                sent += 4096
        finally:
            ended.set()

    impostor.answer = endless
    with pytest.raises(NoAnswer, match="longer than 10000 bytes"):
        await _ask(http, impostor.url)
    await asyncio.wait_for(ended.wait(), PATIENCE)
    # Beyond it there is what fits into the buffers of two sockets.
    assert sent < 32 * 2**20


async def test_an_answer_in_drops_is_over_when_its_time_is(
    http: LabHttp, impostor: Impostor
) -> None:
    async def drops(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    impostor.answer = drops
    with pytest.raises(NoAnswer, match="TimeoutError"):
        await _ask(http, impostor.url, Budget(0.3, 10_000))


@pytest.mark.parametrize("text", ["[" * 9_000, '{"a":' * 1_900, "1" * 5_000, "{]", '"\\ud8'])
async def test_json_of_the_worst_form_is_only_malformed(
    http: LabHttp, impostor: Impostor, text: str
) -> None:
    impostor.says(lambda: web.Response(text=text))
    found = await _ask(http, impostor.url)
    assert (found.body, found.malformed, found.message) == (None, True, "")


async def test_an_answer_of_very_many_values_is_not_made_into_objects(
    http: LabHttp, impostor: Impostor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "MAX_VALUES", 100)
    impostor.says(lambda: web.Response(text="[" + "[]," * 100 + "1]"))
    with pytest.raises(NoAnswer, match="more than 100 values"):
        await _ask(http, impostor.url)


@pytest.mark.parametrize("message", [None, 7, ["x"], {"x": 1}, "", "words"])
async def test_a_message_is_a_text_or_nothing(
    http: LabHttp, impostor: Impostor, message: Any
) -> None:
    impostor.says(lambda: web.json_response({"message": message}))
    expected = message if isinstance(message, str) else ""
    assert (await _ask(http, impostor.url)).message == expected


async def test_an_impostors_words_are_cut_and_do_not_show_the_token_that_it_was_sent(
    http: LabHttp, impostor: Impostor
) -> None:
    async def echo(request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Token ")
        text = f"got {token} " + "x" * 290 + token
        return web.json_response({"message": text}, status=403)

    impostor.answer = echo
    setup = Setup(Endpoint(impostor.url, LAB), "u", "GEHEIM-1", "GEHEIM-2", "o", "b", 0)
    with pytest.raises(InfluxDBError, match="403 got") as caught:
        await InfluxDBClient(http).tokens(setup, "meteo")
    assert "GEHEIM" not in str(caught.value)
    assert len(str(caught.value)) < 400


ODD: tuple[Any, ...] = (
    [],
    "x",
    {"orgs": {}},
    {"orgs": [7]},
    {"orgs": [{}]},
    {"orgs": [{"id": "x" * 5000}]},
)


@pytest.mark.parametrize("answer", ODD, ids=lambda answer: json.dumps(answer)[:20])
async def test_tokens_of_another_form_are_an_influxdb_error(
    http: LabHttp, impostor: Impostor, answer: Any
) -> None:
    impostor.says(lambda: web.json_response(answer))
    setup = Setup(Endpoint(impostor.url, LAB), "u", "p", "t", "o", "b", 0)
    with pytest.raises(InfluxDBError):
        await InfluxDBClient(http).tokens(setup, "meteo")


async def test_calls_of_a_lab_and_of_a_namespace_are_limited_and_a_neighbour_is_answered(
    http: LabHttp, impostor: Impostor
) -> None:
    full, go_on, most, now = asyncio.Event(), asyncio.Event(), 0, 0

    async def hangs(request: web.Request) -> web.StreamResponse:
        nonlocal most, now
        if not request.query:
            now += 1
            most = max(most, now)
            if now == adapter.NAMESPACE_CALLS:
                full.set()
            await go_on.wait()
            now -= 1
        return web.Response(status=204)

    impostor.answer = hangs
    labs = [LabKey("tenant-a", f"l{i}") for i in range(HOSTS)]
    hosts = [impostor.url.replace("127.0.0.1", f"127.0.1.{i}") for i in range(HOSTS)]
    asked = [
        asyncio.create_task(_ask(http, host, lab=lab))
        for host, lab in zip(hosts, labs, strict=True)
        for _ in range(5)
    ]
    await asyncio.wait_for(full.wait(), PATIENCE)
    neighbour = Endpoint(impostor.url, NEIGHBOUR)
    assert (await http.call("GET", neighbour, "/x?y", BUDGET)).status == 204
    other_lane = Budget(20, 10_000, slow=True)
    assert (await http.call("GET", Endpoint(hosts[0], labs[0]), "/x?y", other_lane)).status == 204
    assert most == adapter.NAMESPACE_CALLS
    go_on.set()
    assert {found.status for found in await asyncio.gather(*asked)} == {204}


async def test_waiting_for_a_permit_is_not_the_servers_time(
    http: LabHttp, impostor: Impostor, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, go_on = asyncio.Event(), asyncio.Event()

    async def hangs(_: web.Request) -> web.StreamResponse:
        if len(impostor.asked) == adapter.LAB_CALLS:
            full.set()
        await go_on.wait()
        return web.Response(status=204)

    impostor.answer = hangs
    patient, minute = Budget(1e6, 10_000), Budget(60, 10_000)
    calls = [
        asyncio.create_task(_ask(http, impostor.url, patient)) for _ in range(adapter.LAB_CALLS)
    ]
    await asyncio.wait_for(full.wait(), PATIENCE)
    calls.append(asyncio.create_task(_ask(http, impostor.url, minute)))
    await asyncio.sleep(0)
    # An hour later by the clock of the loop, which all time-outs go by.
    loop = asyncio.get_running_loop()
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + 3600)
    await asyncio.sleep(0.01)
    go_on.set()
    assert {found.status for found in await asyncio.gather(*calls)} == {204}


async def test_permits_that_nobody_uses_take_no_memory() -> None:
    permits: Permits[str] = Permits(1)

    async def hold(key: str) -> None:
        async with permits.of(key):
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(hold(f"{i % 7}")) for i in range(50)]
    await asyncio.sleep(0)
    assert len(permits) == 7
    tasks[-1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(permits) == 0
