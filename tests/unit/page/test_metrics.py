"""What Kafka tells of itself in the page: a table for each plot, and nothing for who looks away."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from streaminglab_page.flux import ROWS
from streaminglab_page.metrics import MINUTES, PLOTS, WINDOW
from tests.patience import PATIENCE
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.page_lab import Browser, visited
from tests.unit.page.test_parts import Servers, listening

ANSWER = (
    "#datatype,string,long,dateTime:RFC3339,long,string\r\n"
    ",result,table,_time,_value,broker\r\n"
    ",_result,0,2026-11-27T10:00:00Z,3,<b>\r\n"
)


class Measured(Servers):
    """InfluxDB with a bucket of metrics. ``without``: a measurement that it does not tell."""

    without = "nothing"

    async def answer(self, request: web.Request) -> web.Response:
        await super().answer(request)
        if self.without in self.asked[-1][2]:
            return web.Response(status=500, text="shard is gone")
        if self.refusal:
            return web.Response(status=self.refusal[0], text=self.refusal[1])
        return web.Response(text=ANSWER)


@pytest.fixture
def servers() -> Measured:
    return Measured()


@pytest.fixture
async def inside(kube: KubeServer, servers: Measured, tmp_path: Path) -> AsyncIterator[Browser]:
    told: dict[str, Any] = {"org": "myorg", "bucket": "weather", "metrics_bucket": "kafka_metrics"}
    async with (
        listening(servers) as url,
        visited(tmp_path, kube, influxdb=url, **told) as browser,
    ):
        await browser.log_in()
        yield browser


async def told(browser: Browser) -> dict[str, Any]:
    """The first that the stream tells of metrics."""
    address = f"{browser.url}/events?metrics=1"
    async with asyncio.timeout(PATIENCE), browser.session.get(address) as answer:
        event = b""
        async for line in answer.content:
            if line.startswith(b"event: "):
                event = line
            elif event == b"event: metrics\n" and line.startswith(b"data: "):
                found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return found
    raise AssertionError("the stream ended")


async def test_every_plot_is_a_table_of_the_bucket_of_metrics(
    inside: Browser, servers: Measured
) -> None:
    found = (await told(inside))["found"]
    assert [one["name"] for one in found["plots"]] == [plot.name for plot in PLOTS]
    row = {"_time": "2026-11-27T10:00:00Z", "_value": "3", "broker": "<b>"}
    assert all(one["rows"] == [row] for one in found["plots"])
    asked = [json.loads(body)["query"] for _, _, body in servers.asked]
    assert len(asked) == len(PLOTS)
    assert all(flux.startswith('from(bucket: "kafka_metrics")') for flux in asked)


async def test_a_token_that_may_not_read_them_is_told_in_influxdbs_words(
    inside: Browser, servers: Measured
) -> None:
    servers.refusal = (404, '{"code": "not found", "message": "could not find bucket"}')
    found = await told(inside)
    assert (found["trouble"], found["found"]) == ("could not find bucket", None)


async def test_one_plot_that_is_not_told_hides_no_other(inside: Browser, servers: Measured) -> None:
    servers.without = "kafka_lag"
    found = await told(inside)
    assert found["trouble"] is None
    plots = {one["name"]: one for one in found["found"]["plots"]}
    assert list(plots) == [plot.name for plot in PLOTS]
    assert {name for name, one in plots.items() if one["unread"]} == {"lag"}
    assert (plots["lag"]["unread"], plots["lag"]["rows"]) == ("shard is gone", [])
    assert all(one["rows"] for name, one in plots.items() if name != "lag")


async def test_who_looks_elsewhere_costs_influxdb_nothing(
    inside: Browser, servers: Measured
) -> None:
    await inside.state(lambda state: state["lab"] is not None)
    assert servers.asked == []


async def test_a_lab_without_metrics_has_no_such_view(
    kube: KubeServer, servers: Measured, tmp_path: Path
) -> None:
    async with (
        listening(servers) as url,
        visited(tmp_path, kube, influxdb=url, org="myorg", bucket="weather") as browser,
    ):
        await browser.log_in()
        text = (await browser.get("/")).text
        assert 'data-parts="' in text
        assert "metrics" not in text.split('data-parts="')[1].split('"')[0].split()


def test_the_lines_of_a_plot_of_three_brokers_fit_into_an_answer() -> None:
    points = MINUTES * 60 // WINDOW + 1
    assert points * 3 * max(len(plot.fields) for plot in PLOTS) < ROWS
    assert points * 3 * 2 < ROWS, "requests of two kinds"
