"""P7: how many points a second pass each part of a lab's pipeline, and how late they come.

``bench p7`` takes a small lab, then one with three brokers; ``bench million`` kills a broker of
three while a million points pass. ``POINTS`` changes their number.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import labs
from bench.client import Json
from bench.errors import BenchError
from bench.goals import GOALS
from bench.machine import OtherLoad
from bench.pipeline_pods import Probes
from bench.pipeline_ways import INJECT, POINT
from bench.realcluster import RealCluster
from bench.report import Report, say
from bench.waiting import Tracker, tracking

EXAMPLES = labs.ROOT / "examples"
NANO, BROKERS = EXAMPLES / "nano.yaml", EXAMPLES / "three-brokers.yaml"
NAMESPACE = "bench-p7"
MILLION, FEWER = 1_000_000, 200_000
READY_SECONDS, AT_ONCE = 900.0, "999999/s"
ENDLESS = {"stations": 5, "rate": "1000/s", "points": 0, "seed": 42}
KILLED = f"{labs.LAB_NAME}-kafka-1"
ROOM: Mapping[str, Any] = {
    "kafka": {"storage": "2Gi"},
    "influxdb": {"storage": "2Gi"},
    "verify": {"resources": {"memory": "512Mi"}},
}
"""More than a lesson needs: for the points of all ways."""


@dataclass(slots=True)
class Pipeline:
    """What was seen of one lab."""

    points: int
    ready: float = 0.0
    inject: Json = field(default_factory=dict)
    verify: Json = field(default_factory=dict)
    topics: Json = field(default_factory=dict)
    rates: Json = field(default_factory=dict)
    latency: Json = field(default_factory=dict)
    data: Json = field(default_factory=dict)
    killed_at: int = 0
    others: float = 0.0

    @property
    def whole(self) -> bool:
        """Nothing lost, and nothing twice."""
        places = {self.data.get(key) for key in ("influxdb", "producer", "telegraf", "expected")}
        twice = self.data.get("duplicates", {})
        return places == {self.points} and not any(twice.values())

    @property
    def seconds_a_million(self) -> float:
        """Of the lab's own injection, as it says."""
        written, seconds = self.inject.get("written"), self.inject.get("seconds")
        return 1e6 * seconds / written if written and seconds else 0.0


async def p7(as_it_is: bool = False) -> list[Report]:
    """A small lab and one with three brokers, one after the other: two lines."""
    points = _points(FEWER)
    reports = []
    for file in (NANO, BROKERS):
        reports.append(report(file.stem, await _measure(file, points, as_it_is)))
    return reports


async def million(as_it_is: bool = False) -> list[Report]:
    """Three brokers, a million points, and one broker killed in the midst of them."""
    seen = Pipeline(_points(MILLION))
    async with RealCluster.prepared(as_it_is) as cluster, cluster.namespace(NAMESPACE) as namespace:
        probes = Probes(cluster.client, namespace, seen.points)
        async with _lab(cluster, namespace, BROKERS, seen.points) as tracker:
            began, load = time.monotonic(), OtherLoad()
            await probes.install()
            await probes.start("follow")
            await _kill_a_broker(probes, seen)
            seen.ready = await tracker.until(1, READY_SECONDS) - began
            seen.others = load.share()
        await _logs(cluster, namespace, probes, seen)
    return [report_million(seen)]


async def _measure(file: Path, points: int, as_it_is: bool) -> Pipeline:
    seen = Pipeline(points)
    async with RealCluster.prepared(as_it_is) as cluster, cluster.namespace(NAMESPACE) as namespace:
        probes = Probes(cluster.client, namespace, points)
        async with _lab(cluster, namespace, file, points) as tracker:
            began, load = time.monotonic(), OtherLoad()
            await probes.install()
            await probes.start("follow")
            say(f"p7: {points} points in {file.stem}")
            seen.ready = await tracker.until(1, READY_SECONDS) - began
            seen.topics = await probes.result("follow")
        await _logs(cluster, namespace, probes, seen)
        say("p7: each way alone")
        await probes.start("rates")
        seen.rates = await probes.result("rates")
        say("p7: latency of an endless injection")
        await _apply(cluster, _document(file, namespace, ENDLESS))
        await _injected_anew(probes)
        await probes.start("latency")
        seen.latency = await probes.result("latency")
        seen.others = load.share()
    return seen


@asynccontextmanager
async def _lab(
    cluster: RealCluster, namespace: str, file: Path, points: int
) -> AsyncIterator[Tracker]:
    """The lab applied, and watched until it is Ready."""
    async with tracking(cluster.client, labs.labs_path(namespace), labs.is_ready) as tracker:
        await _apply(cluster, _document(file, namespace, _all_at_once(points)))
        yield tracker


def _all_at_once(points: int) -> Json:
    return {"stations": 60, "rate": AT_ONCE, "points": points, "seed": 42}


def _document(file: Path, namespace: str, inject: Json) -> Json:
    document = labs.lab(namespace, file=file)
    spec = document["spec"]
    spec["inject"] = inject
    for part, more in ROOM.items():
        spec[part] = {**spec.get(part, {}), **more}
    return document


async def _apply(cluster: RealCluster, document: Json) -> None:
    path = labs.lab_path(document["metadata"]["namespace"])
    await cluster.client.apply(path, labs.body(document))


async def _logs(cluster: RealCluster, namespace: str, probes: Probes, seen: Pipeline) -> None:
    seen.inject = await probes.said("inject", '"written"')
    seen.verify = await probes.said("verify", '"missing"')
    status = (await cluster.client.get(labs.lab_path(namespace)))["status"]
    seen.data = status["data"]


async def _kill_a_broker(probes: Probes, seen: Pipeline) -> None:
    """Once a fifth of the points are in a topic."""

    def carried(lines: list[Json]) -> int:
        return max((sum(line.values()) // 2 for line in lines[-1:]), default=0)

    seen.killed_at = await _when(probes, carried, seen.points // 5)
    say(f"million: {KILLED} is killed after {seen.killed_at} records")
    await probes.kill(KILLED)


async def _when(probes: Probes, of: Callable[[list[Json]], int], least: int) -> int:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if (found := of(await probes.lines("follow"))) >= least:
            return found
        await asyncio.sleep(0.2)
    raise BenchError("no points came")


async def _injected_anew(probes: Probes) -> None:
    """Until the endless injection writes: its pod says that it began."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        said = await probes.said("inject", "starts now with 5 stations")
        if said:
            await asyncio.sleep(10)
            return
        await asyncio.sleep(1)
    raise BenchError("the endless injection did not begin")


def report(name: str, seen: Pipeline) -> Report:
    """Seconds for a million points into InfluxDB, and all that explains them."""
    alone = seen.rates.get("ways", {})
    inject = alone.get(INJECT, {}).get("perSecond")
    point = alone.get(POINT, {}).get("perSecond")
    return Report(
        name="p7",
        what=f"lab {name}: seconds for a million points into InfluxDB by inject alone, with all "
        "points of the lab carried and verified; floor: influxdb-client's Point path alone",
        figure=1e6 / inject if inject else 0.0,
        unit="s",
        floor=1e6 / point if point else None,
        goal=GOALS["p7"].most,
        counts={
            "points": seen.points,
            "readyAfter": round(seen.ready, 1),
            "pointsPerSecondTogether": {
                "inject": round(1e6 / seen.seconds_a_million) if seen.seconds_a_million else None,
                **{topic: rate and round(rate) for topic, rate in seen.topics.items()},
            },
            "pointsPerSecondAlone": alone,
            "verifySeconds": seen.verify.get("seconds"),
            "latencyMilliseconds": seen.latency,
            "data": seen.data,
            "others": seen.others,
        },
        void_if={
            "points were lost or twice": not seen.whole,
            "inject did not say how long it took": not seen.seconds_a_million,
            "inject alone was not measured": not inject,
        },
    )


def report_million(seen: Pipeline) -> Report:
    """Seconds until the lab was Ready again with all points verified."""
    return Report(
        name="million",
        what="three brokers, one killed while the points pass: from apply to Ready, all verified",
        figure=seen.ready,
        unit="s",
        counts={
            "points": seen.points,
            "killedAfter": seen.killed_at,
            "injectSeconds": seen.inject.get("seconds"),
            "verifySeconds": seen.verify.get("seconds"),
            "data": seen.data,
            "others": seen.others,
        },
        void_if={
            "points were lost or twice": not seen.whole,
            "no broker was killed while points passed": not 0 < seen.killed_at < seen.points,
        },
    )


def _points(usual: int) -> int:
    return int(os.environ.get("POINTS") or usual)
