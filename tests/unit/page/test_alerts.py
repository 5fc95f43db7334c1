"""InfluxDB's alerts in the page: checks with their level, changes of it, and what was sent."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page.alerts import CHECKS, NEWEST, checks
from streaminglab_page.bounded import SHORT
from tests.patience import PATIENCE
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.page_lab import Browser, visited
from tests.unit.page.test_parts import Servers, listening

CHECK = {
    "id": "0c",
    "name": "heat <b>",
    "status": "active",
    "every": "10s",
    "lastRunStatus": "failed",
    "lastRunError": "no such field",
    "query": {"text": "from(bucket: ...)"},
}
HEAD = "#datatype,string,long,dateTime:RFC3339,string,string,string,string\r\n"
LAST = (
    f"{HEAD},result,table,_time,_check_id,_check_name,_level,x\r\n"
    ",_result,0,2026-11-27T10:00:00Z,0c,heat <b>,crit,\r\n"
    ",_result,0,2026-11-27T10:00:10Z,0c,heat <b>,ok,\r\n"
)
SENT = (
    f"{HEAD},result,table,_time,_check_name,_level,_message,_sent\r\n"
    ",_result,0,2026-11-27T10:00:10Z,heat <b>,crit,<script>,true\r\n"
)


class Monitor(Servers):
    """InfluxDB with one check. ``without``: words of a question that it refuses."""

    without = "no such question"

    async def answer(self, request: web.Request) -> web.Response:
        await super().answer(request)
        if self.without in f"{request.path} {self.asked[-1][2]}":
            return web.Response(status=500, text="no shard")
        if self.refusal:
            return web.Response(status=self.refusal[0], text=self.refusal[1])
        if request.path == "/api/v2/checks":
            return web.json_response({"checks": [CHECK]})
        return web.Response(text=SENT if "notifications" in self.asked[-1][2] else LAST)


@pytest.fixture
def servers() -> Monitor:
    return Monitor()


@pytest.fixture
async def inside(kube: KubeServer, servers: Monitor, tmp_path: Path) -> AsyncIterator[Browser]:
    async with (
        listening(servers) as url,
        visited(tmp_path, kube, influxdb=url, org="my org", bucket="weather") as browser,
    ):
        await browser.log_in()
        yield browser


async def told(browser: Browser) -> dict[str, Any]:
    """The first that the stream tells of alerts."""
    async with (
        asyncio.timeout(PATIENCE),
        browser.session.get(f"{browser.url}/events?alerts=1") as answer,
    ):
        event = b""
        async for line in answer.content:
            if line.startswith(b"event: "):
                event = line
            elif event == b"event: alerts\n" and line.startswith(b"data: "):
                found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return found
    raise AssertionError("the stream ended")


async def test_a_check_has_the_level_of_its_last_run(inside: Browser, servers: Monitor) -> None:
    found = (await told(inside))["found"]
    assert found["checks"] == [
        {
            "name": "heat <b>",
            "active": True,
            "every": "10s",
            "trouble": "no such field",
            "level": "ok",
            "at": "2026-11-27T10:00:10Z",
        }
    ]
    assert found["sent"] == [
        {
            "at": "2026-11-27T10:00:10Z",
            "check": "heat <b>",
            "level": "crit",
            "message": "<script>",
            "to": "",
            "sent": True,
        }
    ]
    assert [one["level"] for one in found["changes"]] == ["crit", "ok"]
    paths = [(method, path) for method, path, _ in servers.asked]
    assert ("GET", f"/api/v2/checks?org=my%20org&limit={CHECKS}") in paths
    sent = "".join(asked for _, _, asked in servers.asked)
    assert sent.count(f"limit(n: {NEWEST})") == 2


async def test_a_token_that_may_not_see_them_is_told_in_influxdbs_words(
    inside: Browser, servers: Monitor
) -> None:
    servers.refusal = (401, '{"code": "unauthorized", "message": "unauthorized access"}')
    found = await told(inside)
    assert (found["trouble"], found["found"]) == ("unauthorized access", None)


@pytest.mark.parametrize(
    ("without", "unread", "lost"),
    [
        ("/checks", "checks", "every"),
        ("_check_id", "levels", "level"),
        ("stateChangesOnly", "changes", "changes"),
        ("notifications", "sent", "sent"),
    ],
)
async def test_one_question_that_is_not_answered_hides_nothing_else(
    inside: Browser, servers: Monitor, without: str, unread: str, lost: str
) -> None:
    servers.without = without
    told_of = await told(inside)
    assert told_of["trouble"] is None
    found = told_of["found"]
    assert found["unread"] == {unread: "no shard"}
    (check,) = found["checks"]
    seen = {"every": check["every"], "level": check["level"], **found}
    empty = {name for name in ("every", "level", "changes", "sent") if not seen[name]}
    assert empty == {lost}


async def test_who_looks_elsewhere_costs_influxdb_nothing(
    inside: Browser, servers: Monitor
) -> None:
    await inside.state(lambda state: state["lab"] is not None)
    assert servers.asked == []


def test_of_one_run_the_worst_level_counts_and_unlisted_checks_are_shown_too() -> None:
    at = "2026-11-27T10:00:10Z"
    rows = [
        {"_check_id": "1", "_check_name": "a", "_level": level, "_time": at}
        for level in ("crit", "ok", "warn")
    ]
    (one,) = checks([], rows)
    assert (one["name"], one["level"], one["at"]) == ("a", "crit", at)
    (never,) = checks([{"id": "1", "name": "b", "status": "inactive"}], [])
    assert (never["active"], never["level"], never["at"]) == (False, "", "")


@given(
    st.lists(st.dictionaries(st.text(), st.none() | st.integers() | st.text()), max_size=80),
    st.lists(st.dictionaries(st.sampled_from(["_check_id", "_level", "_time"]), st.text())),
)
def test_whatever_influxdb_says_it_is_shown_within_bounds(
    listed: list[dict[str, Any]], rows: list[dict[str, str]]
) -> None:
    found = checks(listed, rows)
    assert len(found) <= CHECKS
    assert all(len(str(one["name"])) <= SHORT for one in found)
