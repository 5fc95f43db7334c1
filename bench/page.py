"""What thirty open pages cost the broker of one lab: its CPU with them, and without."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench import labs
from bench.client import Client
from bench.errors import BenchError
from bench.footprint import NANO
from bench.goals import GOALS
from bench.realcluster import RealCluster
from bench.report import Report, say
from bench.waiting import tracking

NAMESPACE = "bench-page"
PAGES = 30
SECONDS = 60.0
"""Of each of both measurements."""
SETTLE_SECONDS = 20.0
READY_SECONDS = 600.0
VIEW = "kafka=1&page=0"
"""What a browser on the part Kafka asks to hear of."""


@dataclass(slots=True)
class PageCost:
    """Percent of a core of the broker and of the page, by ``idle`` and ``open``; events heard."""

    idle: Mapping[str, float] = field(default_factory=dict)
    open: Mapping[str, float] = field(default_factory=dict)
    heard: list[int] = field(default_factory=list)

    @property
    def broker(self) -> float:
        """What the pages add."""
        return self.open.get("kafka", 0.0) - self.idle.get("kafka", 0.0)


async def measure(as_it_is: bool = False) -> PageCost:
    """One nano lab at rest, first with nobody who looks, then with thirty browsers that do."""
    cost = PageCost()
    async with RealCluster.prepared(as_it_is) as cluster, cluster.namespace(NAMESPACE) as namespace:
        await _lab(cluster.client, namespace)
        await asyncio.sleep(SETTLE_SECONDS)
        say("page: nobody looks")
        cost.idle = await _busy(cluster.client, namespace)
        target = f"service/{labs.LAB_NAME}-page"
        async with cluster.forwarded(namespace, target, 8080, "/healthz") as url:
            secret = await cluster.client.get(
                f"/api/v1/namespaces/{namespace}/secrets/{labs.LAB_NAME}-credentials"
            )
            password = base64.b64decode(secret["data"]["page-password"]).decode()
            async with _browsers(url, password, cost.heard):
                await asyncio.sleep(SETTLE_SECONDS)
                say(f"page: {PAGES} browsers look at Kafka")
                cost.open = await _busy(cluster.client, namespace)
    return cost


async def _lab(client: Client, namespace: str) -> None:
    document = labs.lab(namespace, file=NANO)
    async with tracking(client, labs.labs_path(namespace), labs.is_ready) as ready:
        await client.apply(labs.lab_path(namespace), labs.body(document))
        await ready.until(1, READY_SECONDS)


async def _busy(client: Client, namespace: str) -> dict[str, float]:
    """Percent of a core by part, over a minute."""
    first, began = await _cpu_seconds(client, namespace), time.monotonic()
    await asyncio.sleep(SECONDS)
    last, took = await _cpu_seconds(client, namespace), time.monotonic() - began
    return {part: 100 * (last[part] - first[part]) / took for part in first if part in last}


async def _cpu_seconds(client: Client, namespace: str) -> dict[str, float]:
    """CPU that each part has used, as the node's kubelet counts it: once in ten seconds, so that a
    minute is right to a sixth (``/stats/summary``, Summary API)."""
    nodes = (await client.get("/api/v1/nodes"))["items"]
    paths = [f"/api/v1/nodes/{n['metadata']['name']}/proxy/stats/summary" for n in nodes]
    return cpu_of(namespace, [await client.get(path) for path in paths])


def cpu_of(namespace: str, summaries: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Seconds of CPU by container, of one namespace."""
    return {
        container["name"]: container.get("cpu", {}).get("usageCoreNanoSeconds", 0) / 1e9
        for summary in summaries
        for pod in summary.get("pods", [])
        if pod["podRef"]["namespace"] == namespace
        for container in pod.get("containers", [])
    }


@asynccontextmanager
async def _browsers(url: str, password: str, heard: list[int]) -> AsyncIterator[None]:
    """Thirty that have logged in and follow; how many events of Kafka each has heard since. A lab
    at rest changes nothing, and so there may be no more than the first."""
    heard[:] = [0] * PAGES
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        following = []
        for number in range(PAGES):
            jar = aiohttp.CookieJar(unsafe=True)
            session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
            await session.post(f"{url}/login", data={"password": password})
            following.append(tasks.create_task(_follow(session, url, number, heard)))
        yield
        for task in following:
            task.cancel()


async def _follow(session: aiohttp.ClientSession, url: str, number: int, heard: list[int]) -> None:
    timeout = aiohttp.ClientTimeout(total=None)
    async with session.get(f"{url}/events?{VIEW}", timeout=timeout) as answer:
        if not answer.ok:
            raise BenchError(f"the page refuses a browser: HTTP {answer.status}")
        async for line in answer.content:
            heard[number] += line.startswith(b"event: kafka")
    raise BenchError("the page has ended a browser's stream")


def report(cost: PageCost) -> Report:
    """The figure, and when it is void."""
    return Report(
        name="page",
        what=f"CPU that {PAGES} pages open on Kafka add to the broker of a nano lab at rest",
        figure=cost.broker,
        unit="% of a core",
        goal=GOALS["page"].most,
        counts={
            "pages": PAGES,
            "idlePercent": _rounded(cost.idle),
            "openPercent": _rounded(cost.open),
            "events": sum(cost.heard),
        },
        void_if={
            "the broker was not measured": "kafka" not in cost.idle or "kafka" not in cost.open,
            "a page heard nothing": not cost.heard or 0 in cost.heard,
        },
    )


def _rounded(found: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in sorted(found.items())}
