"""Kafka Connect's REST API as the operator uses it, against a small server that answers like it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from streaminglab_operator.adapters import connect as adapter
from streaminglab_operator.adapters.connect import ConnectClient
from streaminglab_operator.adapters.http import Budget, LabHttp
from streaminglab_operator.errors import ConnectBusy, ConnectError, PluginMissing
from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import Endpoint

Json = dict[str, Any]
LAB = LabKey("user-alice", "meteo")
FILE = "org.apache.kafka.connect.file.FileStreamSinkConnector"
CONFIG = {"name": "lines", "connector.class": FILE, "tasks.max": "1", "topics": "weather"}
UNKNOWN = (
    "Failed to find any class that implements Connector and which name matches {}, available "
    "connectors are: PluginDesc{{klass=class org.apache.kafka.connect.file.FileStreamSink"
)


def _value(name: str, value: str | None, *errors: str) -> Json:
    shown = {"name": name, "value": value, "recommended_values": [], "errors": list(errors)}
    return {"definition": {"name": name}, "value": {**shown, "visible": True}}


class Server:
    """The paths that the operator uses, as Connect 4.3 answers them."""

    def __init__(self) -> None:
        self.connectors: Json = {}
        self.seen: list[str] = []
        self.bodies: list[Any] = []
        self.answer: Callable[[], web.Response] | None = None
        self.configs: list[Json] = []
        self.delay = 0.0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/connector-plugins", self.plugins)
        app.router.add_put("/connector-plugins/{class}/config/validate", self.validate)
        app.router.add_route("*", "/{path:.*}", self.anything)
        return app

    async def _note(self, request: web.Request) -> None:
        # Connect takes JSON alone: with another type, even of an empty body, it answers 415.
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        self.seen.append(f"{request.method} {request.raw_path}")
        text = await request.text()
        if text:
            self.bodies.append(json.loads(text))
        await asyncio.sleep(self.delay)

    async def anything(self, request: web.Request) -> web.Response:
        await self._note(request)
        if self.answer is not None:
            return self.answer()
        if request.method == "GET":
            return web.json_response(self.connectors)
        if request.method == "DELETE" or request.path.endswith("/stop"):
            return web.Response(status=204)
        if request.path.endswith(("/pause", "/resume")):
            return web.Response(status=202)
        return web.json_response({"name": "lines"}, status=201)

    async def plugins(self, request: web.Request) -> web.Response:
        await self._note(request)
        return web.json_response([{"class": FILE, "type": "sink", "version": "4.3.1"}])

    async def validate(self, request: web.Request) -> web.Response:
        await self._note(request)
        if self.answer is not None:
            return self.answer()
        wanted = request.match_info["class"]
        if wanted not in (FILE, "FileStreamSink"):
            return _error(500, UNKNOWN.format(wanted))
        errors = sum(len(c["value"]["errors"]) for c in self.configs if c["value"])
        return web.json_response(
            {"name": wanted, "error_count": errors, "groups": [], "configs": self.configs}
        )


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error_code": status, "message": message}, status=status)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest_asyncio.fixture
async def at(server: Server) -> AsyncIterator[Endpoint]:
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Endpoint(f"http://127.0.0.1:{runner.addresses[0][1]}", LAB)
    await runner.cleanup()


@pytest_asyncio.fixture
async def client() -> AsyncIterator[ConnectClient]:
    async with LabHttp() as http:
        yield ConnectClient(http)


async def test_connectors_come_with_config_states_and_traces_in_one_call(
    client: ConnectClient, server: Server, at: Endpoint
) -> None:
    server.connectors = {
        "lines": {
            "info": {
                "name": "lines",
                "config": CONFIG,
                "tasks": [{"connector": "lines", "task": 0}, {"connector": "lines", "task": 1}],
                "type": "sink",
            },
            "status": {
                "name": "lines",
                "connector": {"state": "RUNNING", "worker_id": "10.0.0.7:8083", "version": "4"},
                "tasks": [
                    {"id": 0, "state": "FAILED", "worker_id": "10.0.0.8:8083", "trace": "a\n\tb"},
                    {"id": 7, "state": "FAILED", "worker_id": "10.0.0.8:8083", "trace": "old"},
                ],
                "type": "sink",
            },
        },
        "leaving": {"info": None, "status": {}},
    }
    (found,) = await client.connectors(at)
    assert server.seen == ["GET /connectors?expand=info&expand=status"]
    assert (found.name, found.state, found.worker) == ("lines", "RUNNING", "10.0.0.7:8083")
    assert found.config == CONFIG
    assert [(t.id, t.state, t.trace) for t in found.tasks] == [
        (0, "FAILED", "a\n\tb"),
        (1, "UNASSIGNED", ""),
    ]


async def test_a_connector_does_not_show_its_config_or_trace_by_accident(
    client: ConnectClient, server: Server, at: Endpoint
) -> None:
    state = {"state": "FAILED", "worker_id": "w", "trace": "SECRET-1"}
    server.connectors = {
        "x": {
            "info": {"config": {"password": "SECRET-2"}, "tasks": [{"task": 0}]},
            "status": {"connector": state, "tasks": [{"id": 0, **state}]},
        }
    }
    assert "SECRET" not in repr(await client.connectors(at))


@pytest.mark.parametrize("odd", [[], "text", {"x": []}, {"x": {"info": {"tasks": [{}]}}}])
async def test_a_list_of_another_form_is_a_connect_error(
    client: ConnectClient, server: Server, at: Endpoint, odd: Any
) -> None:
    server.connectors = odd
    with pytest.raises(ConnectError):
        await client.connectors(at)


async def test_a_good_config_has_no_errors(
    client: ConnectClient, server: Server, at: Endpoint
) -> None:
    server.configs = [_value("topics", "weather"), {"definition": None, "value": None}]
    checked = await client.check(at, CONFIG)
    assert (checked.errors, checked.unresolved) == ((), ())
    assert server.seen == [f"PUT /connector-plugins/{FILE}/config/validate"]
    assert server.bodies == [CONFIG]


async def test_a_bad_config_names_each_option_once(
    client: ConnectClient, server: Server, at: Endpoint
) -> None:
    missing = 'Missing required configuration "topics" which has no default value.'
    server.configs = [_value("topics", None, missing), _value("topics", None, missing)]
    checked = await client.check(at, CONFIG)
    assert checked.errors == (("topics", missing),)


async def test_a_reference_that_the_worker_cannot_resolve_is_told(
    client: ConnectClient, server: Server, at: Endpoint
) -> None:
    left = "${secret:/etc/streaminglab/secrets/mongo:uri}"
    server.configs = [_value("connection.uri", left), _value("x", "${other:y}")]
    assert (await client.check(at, CONFIG)).unresolved == ("connection.uri",)


async def test_an_unknown_class_is_named_with_those_that_are_installed(
    client: ConnectClient, at: Endpoint
) -> None:
    wanted = CONFIG | {"connector.class": "com.example.Mongo"}
    with pytest.raises(PluginMissing) as caught:
        await client.check(at, wanted)
    assert str(caught.value) == (
        f"Connect has no plugin with the class com.example.Mongo; installed: {FILE}"
    )


@pytest.mark.parametrize("name", [FILE, "FileStreamSinkConnector", "FileStreamSink"])
async def test_another_failure_of_a_check_is_no_missing_plugin(
    client: ConnectClient, server: Server, at: Endpoint, name: str
) -> None:
    server.answer = lambda: _error(500, "java.lang.ClassCastException")
    with pytest.raises(ConnectError, match="500 java") as caught:
        await client.check(at, CONFIG | {"connector.class": name})
    assert not isinstance(caught.value, PluginMissing)


async def test_every_order_is_one_call(client: ConnectClient, server: Server, at: Endpoint) -> None:
    await client.put(at, "lines", CONFIG)
    await client.create(at, "lines", CONFIG, "stopped")
    await client.transition(at, "lines", "pause")
    await client.transition(at, "lines", "resume")
    await client.transition(at, "lines", "stop")
    await client.restart_failed(at, "lines")
    assert await client.delete(at, "lines") is True
    assert server.seen == [
        "PUT /connectors/lines/config",
        "POST /connectors",
        "PUT /connectors/lines/pause",
        "PUT /connectors/lines/resume",
        "PUT /connectors/lines/stop",
        "POST /connectors/lines/restart?includeTasks=true&onlyFailed=true",
        "DELETE /connectors/lines",
    ]
    assert server.bodies == [
        CONFIG,
        {"name": "lines", "config": CONFIG, "initial_state": "STOPPED"},
    ]


async def test_a_name_cannot_lead_to_another_path(
    client: ConnectClient, server: Server, at: Endpoint
) -> None:
    await client.delete(at, "a/../b?c")
    assert server.seen == ["DELETE /connectors/a%2F..%2Fb%3Fc"]


async def test_what_is_gone_already_was_deleted_by_somebody_else(
    client: ConnectClient, server: Server, at: Endpoint
) -> None:
    server.answer = lambda: _error(404, "Connector lines not found")
    assert await client.delete(at, "lines") is False


async def test_a_rebalance_is_told_apart_from_a_refusal(
    client: ConnectClient, server: Server, at: Endpoint
) -> None:
    server.answer = lambda: _error(
        409, "Cannot complete request momentarily due to no known leader URL"
    )
    for call in (client.put(at, "a", CONFIG), client.delete(at, "a"), client.check(at, CONFIG)):
        with pytest.raises(ConnectBusy):
            await call
    server.answer = lambda: _error(400, "Connector configuration is invalid")
    with pytest.raises(ConnectError, match="400 Connector configuration is invalid") as caught:
        await client.put(at, "a", CONFIG)
    assert caught.value.status == 400
    assert not isinstance(caught.value, ConnectBusy)


@pytest.mark.parametrize("status", [200, 302, 502], ids=str)
async def test_an_answer_that_is_no_json_is_a_connect_error(
    client: ConnectClient, server: Server, at: Endpoint, status: int
) -> None:
    headers = {"Location": "http://127.0.0.1:9/"}
    page = "<html>Bad Gateway</html>"
    server.answer = lambda: web.Response(text=page, status=status, headers=headers)
    with pytest.raises(ConnectError):
        await client.connectors(at)


async def test_an_answer_without_end_is_cut_off(
    client: ConnectClient, server: Server, at: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_LOOK", Budget(5, 1000))
    server.connectors = {"x": {"info": {"config": {"a": "b" * 2000}}}}
    with pytest.raises(ConnectError, match="longer than 1000 bytes"):
        await client.connectors(at)


async def test_a_connect_that_is_silent_is_not_waited_for(
    client: ConnectClient, server: Server, at: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_LOOK", Budget(0.05, 1000))
    server.delay = 60.0
    with pytest.raises(ConnectError, match="does not answer GET /connectors: TimeoutError"):
        await client.connectors(at)


async def test_a_connect_that_is_not_there_is_a_connect_error(client: ConnectClient) -> None:
    with pytest.raises(ConnectError, match="does not answer") as caught:
        await client.connectors(Endpoint("http://127.0.0.1:9", LAB))
    assert caught.value.status == 0
