"""Kafka Connect and InfluxDB in the page: asked while somebody looks, and in their own words."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page import rest
from streaminglab_page.bell import Bell
from streaminglab_page.connect import TRACE, connector
from streaminglab_page.flux import COLUMNS, ROWS, table
from streaminglab_page.polled import CannotSay, Polled
from tests.patience import PATIENCE
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.page_lab import SECRETS, Answer, Browser, visited

STATUS = {
    "name": "csv",
    "type": "source",
    "connector": {"state": "RUNNING", "worker_id": "connect:8083"},
    "tasks": [
        {"id": 0, "state": "FAILED", "worker_id": "connect:8083", "trace": "no file\n\tat x.Y"}
    ],
}
INFO = {"config": {"connector.class": "x.Csv", "password": "hush"}}
CSV = (
    "#datatype,string,long,dateTime:RFC3339,double,string\r\n"
    ",result,table,_time,_value,_field\r\n"
    ",_result,0,2026-11-27T10:00:00Z,1.5,temperature\r\n"
    ",_result,0,2026-11-27T10:01:00Z,2.5,temperature\r\n"
)


TYPE = "application/json"
SINGLE = re.compile(r"/connectors/([^/]+)(/status)?")


class Servers:
    """Kafka Connect and InfluxDB in one socket. ``asked``: method, path and what was sent."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.connectors: Any = {"csv": {"status": STATUS, "info": INFO}}
        self.refusal: tuple[int, str] | None = None
        self.plugins_refused = False
        self.token = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, request.path_qs, await request.text()))
        if self.refusal:
            return web.Response(status=self.refusal[0], text=self.refusal[1])
        if request.headers.get("Content-Type", TYPE) != TYPE:
            # As Kafka Connect does, also of a request without a body.
            return web.Response(status=415, text="HTTP 415 Unsupported Media Type")
        if request.method == "GET" and request.path.startswith("/connectors"):
            return web.json_response(self._connectors(request))
        if request.path == "/connector-plugins" and not self.plugins_refused:
            return web.json_response([{"class": "x.Csv", "type": "source", "version": "1"}])
        if request.path == "/api/v2/query":
            self.token = request.headers["Authorization"]
            return web.Response(text=CSV, content_type="text/csv")
        return web.Response(status=202)

    def _connectors(self, request: web.Request) -> Any:
        found = SINGLE.fullmatch(request.raw_path)
        if found is None:
            return self.connectors if "expand" in request.query else [*self.connectors]
        return self.connectors[unquote(found[1])]["status" if found[2] else "info"]


class Answering(Protocol):
    """Whatever stands for other parts of a lab."""

    async def answer(self, request: web.Request) -> web.Response:
        """Of any path."""


@asynccontextmanager
async def listening(servers: Answering) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", servers.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
def servers() -> Servers:
    return Servers()


@pytest.fixture
async def inside(kube: KubeServer, servers: Servers, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser that is logged in to the page of a lab with both."""
    async with (
        listening(servers) as url,
        visited(
            tmp_path, kube, connect=url, influxdb=url, org="my org", bucket="weather"
        ) as browser,
    ):
        await browser.log_in()
        yield browser


async def send(browser: Browser, path: str, body: Any = None) -> Answer:
    csrf = (await browser.get("/")).csrf
    return await browser.post(path, json=body or {}, headers={"X-CSRF-Token": csrf})


async def told(browser: Browser) -> dict[str, Any]:
    """The first that the stream tells of Kafka Connect."""
    async with (
        asyncio.timeout(PATIENCE),
        browser.session.get(f"{browser.url}/events?connect=1") as answer,
    ):
        event = b""
        async for line in answer.content:
            if line.startswith(b"event: "):
                event = line
            elif event == b"event: connect\n" and line.startswith(b"data: "):
                found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return found
    raise AssertionError("the stream ended")


async def test_connectors_are_shown_with_tasks_traces_and_plugins(inside: Browser) -> None:
    found = await told(inside)
    assert found["trouble"] is None
    (one,) = found["found"]["connectors"]
    assert (one["name"], one["class"], one["state"]) == ("csv", "x.Csv", "RUNNING")
    assert one["tasks"] == [
        {"id": 0, "state": "FAILED", "worker": "connect:8083", "trace": "no file\n    at x.Y"}
    ]
    assert found["found"]["plugins"] == [{"class": "x.Csv", "type": "source", "version": "1"}]
    assert "hush" not in json.dumps(found)


async def test_a_connector_that_is_too_large_hides_no_other(
    inside: Browser, servers: Servers
) -> None:
    large = {**STATUS, "connector": {"state": "FAILED", "trace": "x" * rest.LARGEST}}
    servers.connectors |= {"a/large one": {"status": large, "info": INFO}}
    found = await told(inside)
    assert found["trouble"] is None
    one, other = found["found"]["connectors"]
    assert (one["name"], one["state"], one["tasks"]) == ("a/large one", "", [])
    assert "larger than" in one["unread"]
    assert (other["name"], other["class"], other["state"]) == ("csv", "x.Csv", "RUNNING")
    assert other["unread"] == ""
    assert len(other["tasks"]) == 1


async def test_many_traces_that_are_too_much_at_once_are_asked_for_one_by_one(
    inside: Browser, servers: Servers
) -> None:
    size = rest.LARGEST // 60
    status = {**STATUS, "connector": {"state": "FAILED", "trace": "x" * size}}
    servers.connectors = {f"c{n:02}": {"status": status, "info": INFO} for n in range(70)}
    found = (await told(inside))["found"]
    assert [one["name"] for one in found["connectors"]] == [f"c{n:02}" for n in range(60)]
    assert {one["unread"] for one in found["connectors"]} == {""}
    assert found["more"] == 10
    assert len([1 for _, path, _ in servers.asked if "expand" in path]) == 1


async def test_a_list_of_connectors_that_is_none_is_no_fault(
    inside: Browser, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "LARGEST", 2)
    assert "larger than" in (await told(inside))["trouble"]


async def test_nobody_who_looks_elsewhere_costs_connect_anything(
    inside: Browser, servers: Servers
) -> None:
    await inside.state(lambda state: state["lab"] is not None)
    assert servers.asked == []


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (
            "/connect/csv/restart",
            ("POST", "/connectors/csv/restart?includeTasks=true&onlyFailed=false"),
        ),
        ("/connect/csv/pause", ("PUT", "/connectors/csv/pause")),
        ("/connect/csv/resume", ("PUT", "/connectors/csv/resume")),
        ("/connect/csv/tasks/3/restart", ("POST", "/connectors/csv/tasks/3/restart")),
        ("/connect/a%2F..%2Fb/pause", ("PUT", "/connectors/a%2F..%2Fb/pause")),
    ],
)
async def test_a_button_asks_connect(
    inside: Browser, servers: Servers, path: str, asked: tuple[str, str]
) -> None:
    answer = await inside.post(path, json={})
    assert answer.status == 403, "without the session's token"
    assert servers.asked == []
    assert (await send(inside, path)).status == 200
    assert (asked[0], asked[1]) in [(method, where) for method, where, _ in servers.asked]


async def test_a_connector_is_made_of_what_somebody_typed(
    inside: Browser, servers: Servers
) -> None:
    config = {"connector.class": "x.Csv", "password": "hush"}
    refused = await inside.post("/connect", json={"name": "a/b", "config": config})
    assert (refused.status, servers.asked) == (403, []), "without the session's token"
    assert (await send(inside, "/connect", {"name": "a/b", "config": config})).status == 200
    method, path, sent = servers.asked[0]
    assert (method, path, json.loads(sent)) == ("PUT", "/connectors/a%2Fb/config", config)
    for wrong in ({"name": " ", "config": config}, {"name": "a", "config": []}, {}):
        assert (await send(inside, "/connect", wrong)).status == 422
    servers.refusal = (400, '{"error_code": 400, "message": "Connector config is not whole"}')
    answer = await send(inside, "/connect", {"name": "a", "config": config})
    assert json.loads(answer.text) == {"refused": "Connector config is not whole"}


async def test_a_refusal_is_told_in_connects_words(inside: Browser, servers: Servers) -> None:
    servers.refusal = (409, "Cannot complete request momentarily due to stale configuration")
    answer = await send(inside, "/connect/csv/restart")
    assert (answer.status, json.loads(answer.text)) == (422, {"refused": servers.refusal[1]})
    assert (await told(inside))["trouble"] == servers.refusal[1]


async def test_plugins_that_are_not_told_hide_no_connector(
    inside: Browser, servers: Servers
) -> None:
    servers.plugins_refused = True
    found = await told(inside)
    assert found["trouble"] is None
    assert [one["name"] for one in found["found"]["connectors"]] == ["csv"]
    assert found["found"]["plugins"] == []
    assert found["found"]["unread"] == {"plugins": "the answer is no JSON"}


async def test_a_query_gives_columns_and_rows(inside: Browser, servers: Servers) -> None:
    answer = await send(inside, "/influxdb/query", {"flux": 'from(bucket: "weather")'})
    found = json.loads(answer.text)
    assert found["columns"] == {
        "_time": "dateTime:RFC3339",
        "_value": "double",
        "_field": "string",
    }
    assert [row["_value"] for row in found["rows"]] == ["1.5", "2.5"]
    ((method, path, sent),) = servers.asked
    assert (method, path) == ("POST", "/api/v2/query?org=my%20org")
    assert json.loads(sent)["query"] == 'from(bucket: "weather")'
    assert servers.token == f"Token {SECRETS['influxdb-reader-token']}"
    assert SECRETS["influxdb-reader-token"] not in answer.text
    assert (await inside.get("/influxdb/bucket")).text == '{"bucket": "weather"}'


async def test_a_mistake_in_a_query_is_told_in_influxdbs_words(
    inside: Browser, servers: Servers
) -> None:
    servers.refusal = (400, '{"code": "invalid", "message": "undefined identifier x"}')
    answer = await send(inside, "/influxdb/query", {"flux": "x"})
    assert (answer.status, json.loads(answer.text)) == (422, {"refused": "undefined identifier x"})


async def test_an_answer_without_an_end_is_cut_off(
    inside: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "LARGEST", 10)
    answer = await send(inside, "/influxdb/query", {"flux": "x"})
    assert "larger than what is read" in json.loads(answer.text)["refused"]


@pytest.mark.parametrize("path", ["/connect/csv/restart", "/influxdb/query"])
async def test_a_lab_without_them_has_nothing_to_ask(reader: Browser, path: str) -> None:
    assert (await send(reader, path)).status == 404
    assert (await reader.get("/influxdb/bucket")).text == '{"bucket": ""}'
    assert 'data-parts=""' in (await reader.get("/")).text


@pytest.mark.parametrize("path", ["/connect/csv/restart", "/influxdb/query"])
async def test_who_is_not_logged_in_asks_nothing(visitor: Browser, path: str) -> None:
    assert (await visitor.post(path, json={})).status == 401
    assert (await visitor.get("/influxdb/bucket")).status == 401


async def test_what_was_seen_last_stays_when_it_does_not_answer() -> None:
    answers: list[Any] = [{"connectors": []}, CannotSay("away"), CannotSay("away")]

    async def ask() -> Any:
        answer = answers.pop(0)
        if isinstance(answer, CannotSay):
            raise answer
        return answer

    polled = Polled(ask, Bell())
    for _ in range(3):
        await polled.read()
    assert json.loads(polled.text) == {"trouble": "away", "found": {"connectors": []}}
    assert polled.version == 2, "the same trouble is no news"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["status", "info", "config", "connector", "tasks", "trace", "id"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_connect_says_of_a_connector_it_is_shown_within_bounds(raw: Any) -> None:
    assert len(json.dumps(connector("x", raw))) < 40 * TRACE


@given(st.text(max_size=300))
def test_whatever_influxdb_answers_it_is_a_table(answer: str) -> None:
    found = table(answer)
    assert len(found["rows"]) <= ROWS


def test_of_many_rows_and_columns_the_first_are_kept() -> None:
    head = ",".join(f"c{n}" for n in range(100))
    types = ",".join(["double"] * 100)
    row = ",".join("1" for _ in range(100))
    found = table(f"#datatype,{types}\n,{head}\n" + f",{row}\n" * (ROWS + 7))
    assert (len(found["columns"]), len(found["rows"]), found["more"]) == (COLUMNS, ROWS, 7)
