"""InfluxDB's HTTP API as the operator uses it, against a small server that answers like it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from streaminglab_operator.adapters.http import LabHttp
from streaminglab_operator.adapters.influxdb import InfluxDBClient
from streaminglab_operator.errors import InfluxDBError
from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import Endpoint, Setup

Json = dict[str, Any]
ADMIN = "SECRET-admin"
PASSWORD = "SECRET-password"
LAB = LabKey("user-alice", "meteo")


class InfluxDB:
    """The paths of the API that set-up and rotation need, as InfluxDB 2.7 answers them."""

    def __init__(self) -> None:
        self.setup: Json | None = None
        self.authorizations: list[Json] = []
        self.posts = 0
        self.made: list[Json] = []
        self.lists_what_is_not_there = True
        self.passwords: list[str] = []
        self.broken: web.Response | None = None

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/v2/setup", self.is_allowed)
        app.router.add_post("/api/v2/setup", self.set_up)
        app.router.add_get("/api/v2/orgs", self.orgs)
        app.router.add_get("/api/v2/buckets", self.buckets)
        app.router.add_post("/api/v2/buckets", self.make_bucket)
        app.router.add_get("/api/v2/me", self.me)
        app.router.add_post("/api/v2/users/{id}/password", self.set_password)
        app.router.add_get("/api/v2/authorizations", self.list_tokens)
        app.router.add_post("/api/v2/authorizations", self.make_token)
        app.router.add_delete("/api/v2/authorizations/{id}", self.delete_token)
        return app

    def _check(self, request: web.Request) -> None:
        if self.setup is None or request.headers.get("Authorization") != f"Token {ADMIN}":
            body = json.dumps({"code": "unauthorized", "message": "unauthorized access"})
            raise web.HTTPUnauthorized(text=body, content_type="application/json")

    async def is_allowed(self, _: web.Request) -> web.Response:
        return self.broken or web.json_response({"allowed": self.setup is None})

    async def set_up(self, request: web.Request) -> web.Response:
        if self.setup is not None:
            message = "onboarding has already been completed"
            return web.json_response({"code": "conflict", "message": message}, status=422)
        self.setup = await request.json()
        return web.json_response({"user": {}}, status=201)

    async def orgs(self, request: web.Request) -> web.Response:
        self._check(request)
        found = [{"id": "0org"}] if request.query["org"] == "myorg" else []
        return web.json_response({"orgs": found})

    async def me(self, request: web.Request) -> web.Response:
        self._check(request)
        return self.broken or web.json_response(
            {"id": "0user", "name": "admin", "status": "active"}
        )

    async def set_password(self, request: web.Request) -> web.Response:
        self._check(request)
        password = (await request.json())["password"]
        if request.match_info["id"] != "0user":
            message = "user not found"
            return web.json_response({"code": "not found", "message": message}, status=404)
        if len(password) < 8:
            message = f"{password}: passwords must be at least 8 characters long"
            return web.json_response({"code": "invalid", "message": message}, status=400)
        self.passwords.append(password)
        return web.Response(status=204)

    async def buckets(self, request: web.Request) -> web.Response:
        self._check(request)
        name = request.query["name"]
        there = {"weather": "0bucket", **{b["name"]: "0metrics" for b in self.made}}
        if name not in there and not self.lists_what_is_not_there:
            message = f'bucket "{name}" not found'
            return web.json_response({"code": "not found", "message": message}, status=404)
        return web.json_response({"buckets": [{"id": there[name]}] if name in there else []})

    async def make_bucket(self, request: web.Request) -> web.Response:
        self._check(request)
        self.made.append(await request.json())
        return web.json_response({"id": "0metrics"}, status=201)

    async def list_tokens(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response({"authorizations": self.authorizations})

    async def make_token(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        self.posts += 1
        made = body | {"id": f"{self.posts}", "token": f"SECRET-token-{self.posts}"}
        self.authorizations.append(made)
        return web.json_response(made, status=201)

    async def delete_token(self, request: web.Request) -> web.Response:
        self._check(request)
        gone = request.match_info["id"]
        self.authorizations = [a for a in self.authorizations if a["id"] != gone]
        return web.Response(status=204)


@pytest.fixture
def server() -> InfluxDB:
    return InfluxDB()


@pytest_asyncio.fixture
async def at(server: InfluxDB) -> AsyncIterator[Endpoint]:
    runner = web.AppRunner(server.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield Endpoint(f"http://127.0.0.1:{runner.addresses[0][1]}", LAB)
    await runner.cleanup()


@pytest_asyncio.fixture
async def client() -> AsyncIterator[InfluxDBClient]:
    async with LabHttp() as http:
        yield InfluxDBClient(http)


def _setup(at: Endpoint, bucket: str = "weather", token: str = ADMIN) -> Setup:
    return Setup(at, "admin", PASSWORD, token, "myorg", bucket, 604800)


async def test_a_fresh_influxdb_is_new_until_it_is_set_up(
    client: InfluxDBClient, at: Endpoint
) -> None:
    assert await client.is_new(at)
    await client.set_up(_setup(at))
    assert not await client.is_new(at)


async def test_set_up_says_all_that_influxdb_needs(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint
) -> None:
    await client.set_up(_setup(at))
    assert server.setup == {
        "username": "admin",
        "password": PASSWORD,
        "org": "myorg",
        "bucket": "weather",
        "retentionPeriodSeconds": 604800,
        "token": ADMIN,
    }


async def test_a_second_set_up_is_refused_in_influxdbs_words(
    client: InfluxDBClient, at: Endpoint
) -> None:
    await client.set_up(_setup(at))
    with pytest.raises(InfluxDBError, match="422 onboarding has already been completed"):
        await client.set_up(_setup(at))


async def test_tokens_are_made_once_and_found_again(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint
) -> None:
    await client.set_up(_setup(at))
    first = await client.tokens(_setup(at), "meteo")
    again = await client.tokens(_setup(at), "meteo")
    assert first == again
    assert server.posts == len(set(first.values())) == 5


async def test_tokens_of_an_earlier_rotation_are_revoked_and_no_others(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint
) -> None:
    await client.set_up(_setup(at))
    await client.tokens(_setup(at), "meteo")
    server.authorizations.append({"id": "mine", "description": "my own", "token": "SECRET-mine"})
    new = await client.tokens(_setup(at), "meteo #1")
    for _ in range(2):
        await client.revoke(_setup(at), ["meteo"])
        left = {a["token"] for a in server.authorizations}
        assert left == {*new.values(), "SECRET-mine"}


async def test_the_operator_tokens_user_gets_another_password_as_often_as_it_is_asked(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint
) -> None:
    await client.set_up(_setup(at))
    for _ in range(2):
        await client.set_password(_setup(at))
    assert server.passwords == [PASSWORD, PASSWORD]


async def test_a_password_that_is_refused_is_not_quoted(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint
) -> None:
    await client.set_up(_setup(at))
    with pytest.raises(InfluxDBError, match="at least 8 characters") as refused:
        await client.set_password(replace(_setup(at), password="pa$$w"))
    assert "pa$$w" not in str(refused.value)
    with pytest.raises(InfluxDBError, match="401 unauthorized access"):
        await client.set_password(_setup(at, token="SECRET-another"))
    assert server.passwords == []


async def test_an_influxdb_whose_user_has_no_id_is_an_error_in_plain_words(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint
) -> None:
    await client.set_up(_setup(at))
    server.broken = web.json_response({"id": None})
    with pytest.raises(InfluxDBError, match="describes its user in another form"):
        await client.set_password(_setup(at))


async def test_a_token_that_was_lost_half_way_is_made_alone(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint
) -> None:
    await client.set_up(_setup(at))
    await client.tokens(_setup(at), "meteo")
    server.authorizations.pop()
    await client.tokens(_setup(at), "meteo")
    assert server.posts == 6


async def test_every_token_may_do_what_its_program_does_and_no_more(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint
) -> None:
    await client.set_up(_setup(at))
    await client.tokens(_setup(at), "meteo")
    allowed = {
        a["description"]: {
            (p["action"], p["resource"]["type"], p["resource"].get("id")) for p in a["permissions"]
        }
        for a in server.authorizations
    }
    read, write = ("read", "buckets", "0bucket"), ("write", "buckets", "0bucket")
    assert allowed["meteo: influxdb-producer-token"] == {read}
    see_alerts = {("read", "checks", None), ("read", "orgs", "0org")}
    assert allowed["meteo: influxdb-reader-token"] == {read, *see_alerts}
    assert allowed["meteo: influxdb-inject-token"] == {read, write}
    see_queue = ("read", "replications", None)
    assert allowed["meteo: influxdb-verify-token"] == {read, write, see_queue}
    init = allowed["meteo: influxdb-init-token"]
    assert not {kind for _, kind, _ in init} & {"authorizations", "users", "secrets"}
    assert ("write", "orgs", None) not in init


def _allowed(server: InfluxDB, description: str) -> set[tuple[str, str, str | None]]:
    (found,) = [a for a in server.authorizations if a["description"] == description]
    permissions = found["permissions"]
    return {(p["action"], p["resource"]["type"], p["resource"].get("id")) for p in permissions}


@pytest.mark.parametrize("lists", [True, False], ids=["an empty list", "404"])
async def test_metrics_have_a_bucket_and_a_token_that_may_write_there_and_nothing_else(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint, lists: bool
) -> None:
    server.lists_what_is_not_there = lists
    setup = replace(_setup(at), metrics_bucket="kafka_metrics")
    await client.set_up(setup)
    first = await client.tokens(setup, "meteo")
    assert await client.tokens(setup, "meteo") == first
    rule = {"type": "expire", "everySeconds": 604800}
    body = {"name": "kafka_metrics", "orgID": "0org", "retentionRules": [rule]}
    assert server.made == [body], "it is made once"
    assert server.posts == len(first) == 6
    write = ("write", "buckets", "0metrics")
    assert _allowed(server, "meteo: influxdb-metrics-token") == {write}


async def test_a_bucket_of_metrics_that_is_kept_for_ever_has_no_rule(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint
) -> None:
    setup = replace(_setup(at), metrics_bucket="kafka_metrics", retention_seconds=0)
    await client.set_up(setup)
    await client.tokens(setup, "meteo")
    assert server.made[0]["retentionRules"] == []


async def test_people_of_a_lab_that_gets_metrics_later_get_a_token_that_reads_them_too(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint
) -> None:
    """What a token may do cannot be changed; the other one stays good until the next rotation."""
    await client.set_up(_setup(at))
    before = await client.tokens(_setup(at), "meteo")
    after = await client.tokens(replace(_setup(at), metrics_bucket="kafka_metrics"), "meteo")
    changed = {key for key in after if before.get(key) != after[key]}
    assert changed == {"influxdb-metrics-token", "influxdb-reader-token"}
    read = ("read", "buckets", "0metrics")
    without = _allowed(server, "meteo: influxdb-reader-token")
    assert _allowed(server, "meteo: influxdb-reader-token, with metrics") == {*without, read}
    await client.revoke(_setup(at), ["meteo"])
    assert server.authorizations == [], "a rotation takes both away"


async def test_a_wrong_operator_token_is_an_error_that_does_not_show_it(
    client: InfluxDBClient, at: Endpoint
) -> None:
    await client.set_up(_setup(at))
    with pytest.raises(InfluxDBError, match="401") as caught:
        await client.tokens(_setup(at, token="SECRET-other"), "meteo")
    assert "SECRET" not in str(caught.value)


async def test_a_bucket_that_is_not_there_is_named(client: InfluxDBClient, at: Endpoint) -> None:
    await client.set_up(_setup(at))
    with pytest.raises(InfluxDBError, match="no bucket myorg/snow"):
        await client.tokens(_setup(at, bucket="snow"), "meteo")


@pytest.mark.parametrize("status", [200, 502], ids=str)
async def test_an_answer_that_is_no_json_is_an_influxdb_error(
    client: InfluxDBClient, server: InfluxDB, at: Endpoint, status: int
) -> None:
    server.broken = web.Response(text="<html>Bad Gateway</html>", status=status)
    with pytest.raises(InfluxDBError):
        await client.is_new(at)


async def test_an_influxdb_that_is_not_there_is_an_influxdb_error(client: InfluxDBClient) -> None:
    with pytest.raises(InfluxDBError, match="does not answer"):
        await client.is_new(Endpoint("http://127.0.0.1:9", LAB))


def test_a_setup_does_not_show_its_secrets() -> None:
    assert "SECRET" not in repr(_setup(Endpoint("http://x", LAB)))
