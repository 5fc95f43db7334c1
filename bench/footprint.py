"""P8: memory of a whole nano lab on real pods, as the kubelets count it."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench import labs
from bench.client import Client
from bench.goals import GOALS
from bench.realcluster import RealCluster
from bench.report import Report, say
from bench.waiting import Tracker, tracking

NAMESPACE = "bench-p8"
NANO = labs.ROOT / "examples" / "nano.yaml"
SAMPLE_SECONDS = 2.0
REST_SECONDS = 30.0
READY_SECONDS = 600.0
GIBIBYTE, MEBIBYTE = 2**30, 2**20


@dataclass(slots=True)
class Footprint:
    """Bytes by pod: at the moment of the largest sum, and at rest."""

    peak: dict[str, int] = field(default_factory=dict)
    rest: dict[str, int] = field(default_factory=dict)
    rest_resident: dict[str, int] = field(default_factory=dict)
    samples: int = 0
    ready: bool = False

    def add(self, sample: Mapping[str, int]) -> None:
        """One look at all pods."""
        self.samples += 1
        if sum(sample.values()) > sum(self.peak.values()):
            self.peak = dict(sample)


async def measure(as_it_is: bool = False) -> Footprint:
    """From ``kubectl apply`` to half a minute after Ready."""
    seen = Footprint()
    async with RealCluster.prepared(as_it_is) as cluster, cluster.namespace(NAMESPACE) as namespace:
        client = cluster.client
        async with tracking(client, labs.labs_path(namespace), labs.is_ready) as t:
            say("p8: one nano lab")
            document = labs.lab(namespace, file=NANO)
            await client.apply(labs.lab_path(namespace), labs.body(document))
            await _until_at_rest(client, namespace, t, seen)
        seen.rest = await sample(client, namespace, "workingSetBytes")
        seen.rest_resident = await sample(client, namespace, "rssBytes")
    return seen


async def _until_at_rest(client: Client, namespace: str, ready: Tracker, seen: Footprint) -> None:
    deadline = time.monotonic() + READY_SECONDS
    rested = 0.0
    while time.monotonic() < deadline and rested < REST_SECONDS:
        started = time.monotonic()
        seen.add(await sample(client, namespace, "workingSetBytes"))
        await asyncio.sleep(SAMPLE_SECONDS)
        rested = rested + time.monotonic() - started if ready.count else 0.0
    seen.ready = bool(ready.count)


async def sample(client: Client, namespace: str, key: str) -> dict[str, int]:
    """Bytes by pod, from every node's kubelet (``/stats/summary``, Summary API)."""
    nodes = (await client.get("/api/v1/nodes"))["items"]
    paths = [f"/api/v1/nodes/{n['metadata']['name']}/proxy/stats/summary" for n in nodes]
    return pods_of(namespace, key, [await client.get(path) for path in paths])


def pods_of(namespace: str, key: str, summaries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Bytes by pod of one namespace."""
    return {
        pod["podRef"]["name"]: pod.get("memory", {}).get(key, 0)
        for summary in summaries
        for pod in summary.get("pods", [])
        if pod["podRef"]["namespace"] == namespace
    }


def report(seen: Footprint) -> Report:
    """The figure, and when it is void."""
    return Report(
        name="p8",
        what="largest memory of all pods of a nano lab together, until 30 s after Ready "
        "(working set, as the kubelet counts it against limits)",
        figure=sum(seen.peak.values()) / GIBIBYTE,
        unit="GiB",
        goal=GOALS["p8"].most,
        counts={
            "peakMiB": _mebibytes(seen.peak),
            "restMiB": _mebibytes(seen.rest),
            "restResidentMiB": _mebibytes(seen.rest_resident),
            "samples": seen.samples,
        },
        void_if={
            "the lab did not get Ready": not seen.ready,
            "a pod was not counted": 0 in seen.rest.values() or not seen.rest,
        },
    )


def _mebibytes(pods: Mapping[str, int]) -> dict[str, int]:
    return {name: round(size / MEBIBYTE) for name, size in sorted(pods.items())}
