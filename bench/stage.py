"""A fake cluster with one operator in it, whose steps are measured one after the other."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench import audit, labs, procfs
from bench.client import Json
from bench.errors import BenchError
from bench.fake_influxdb import FakeInfluxDB
from bench.fakecluster import FakeCluster
from bench.fakecluster.commands import OPERATOR
from bench.machine import OtherLoad
from bench.operator_process import OperatorProcess
from bench.report import say
from bench.sampler import MemorySampler
from bench.seen import Seen
from bench.waiting import Tracker, tracking

PODS_PER_LAB = 9  # seven, and some that are being replaced
VOLUMES_PER_LAB = 2
PASSES = "streaminglab_reconcile_seconds_count"
START_SECONDS = 60.0
RENDERS = "streaminglab_chart_renders"
LABS = f"{labs.GROUP}/streaminglabs"


@dataclass(frozen=True, slots=True)
class _Counters:
    """What is read before and after a step."""

    cpu: float
    helm_cpu: float
    api_cpu: float
    passes: float
    renders: float
    failed: int


class Stage:
    """``async with Stage.started(count) as stage``: the operator runs, and watches for labs."""

    def __init__(self, cluster: FakeCluster, operator: OperatorProcess, ready: Tracker) -> None:
        self.cluster = cluster
        self.operator = operator
        self.ready = ready
        self.influxdb = FakeInfluxDB()
        self.edited = 0
        """How many labs, in the order of their namespaces, are not as they came any more."""
        self._log = audit.AuditLog(cluster.layout.audit_log)

    @classmethod
    @asynccontextmanager
    async def started(
        cls,
        count: int,
        logs: Path | None = None,
        influxdb: FakeInfluxDB | None = None,
        helm: Path | None = None,
    ) -> AsyncIterator["Stage"]:
        """Room for so many labs, and the namespaces for them."""
        served = influxdb or FakeInfluxDB()
        async with fake_cluster(count, "operator", logs) as cluster, served.served() as url:
            await labs.custom_resource(cluster.admin)
            await cluster.namespaces([*labs.namespaces(count), "streaminglab-system"])
            operator = OperatorProcess(cluster.children, cluster.layout, url, helm)
            operator.start()
            async with tracking(cluster.admin, LABS, labs.is_ready) as ready:
                stage = cls(cluster, operator, ready)
                stage.influxdb = served
                await stage._until_up()
                yield stage

    @asynccontextmanager
    async def measured(self, name: str, count: int = 0) -> AsyncIterator[Seen]:
        """What the ``with`` costs. A step that fails says so in ``failure``, and ends."""
        seen = Seen(name, count)
        say(f"operator: {name}")
        self._log.new(OPERATOR)
        before, others, started = await self._counters(), OtherLoad(), time.monotonic()
        async with MemorySampler(lambda: self.operator.pid) as memory:
            try:
                yield seen
            except (BenchError, aiohttp.ClientError, OSError, ExceptionGroup) as error:
                seen.failure = _plain(error)
                say(f"{name} failed: {seen.failure}")
        seen.whole = time.monotonic() - started
        seen.others = others.share()
        seen.requests = self._log.new(OPERATOR)
        self._count(seen, before, await self._counters())
        seen.peak, seen.peak_alone, seen.peak_pss = memory.peak, memory.peak_alone, memory.peak_pss
        seen.sample_gap = memory.longest_gap
        seen.api_memory = procfs.rss_bytes(self.cluster.children.pid("apiserver"))
        seen.etcd = self.cluster.layout.etcd_bytes()

    async def _counters(self) -> _Counters:
        pid = self.operator.pid
        return _Counters(
            cpu=procfs.cpu_seconds(pid),
            helm_cpu=procfs.ended_children_cpu_seconds(pid),
            api_cpu=procfs.cpu_seconds(self.cluster.children.pid("apiserver")),
            passes=await self.operator.metric(PASSES) or 0,
            renders=await self.operator.metric(RENDERS) or 0,
            failed=self.operator.said("pass failed") + self.operator.said("pass broke"),
        )

    @staticmethod
    def _count(seen: Seen, before: _Counters, after: _Counters) -> None:
        # Counters of an operator that was started anew begin at nothing.
        seen.passes = _since(before.passes, after.passes)
        seen.renders = _since(before.renders, after.renders)
        seen.cpu = _since(before.cpu, after.cpu)
        seen.helm_cpu = _since(before.helm_cpu, after.helm_cpu)
        seen.api_cpu = after.api_cpu - before.api_cpu
        seen.failed_passes = after.failed - before.failed

    async def _until_up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.operator.said("watching for labs"):
            self.cluster.not_after(deadline, "the operator does not watch for labs")
            await asyncio.sleep(0.1)


def fake_cluster(
    count: int, name: str, logs: Path | None = None
) -> AbstractAsyncContextManager[FakeCluster]:
    """A new control plane with room for so many labs."""
    say(f"{name}: a control plane with fake nodes for {count} labs")
    return FakeCluster.started(
        pods=count * PODS_PER_LAB,
        volumes=count * VOLUMES_PER_LAB,
        keep=logs / name if logs else None,
    )


def in_force(raw: Json) -> bool:
    """Whether a lab is Ready with its spec as it is now."""
    seen = raw.get("status", {}).get("observedGeneration")
    return bool(seen == raw["metadata"]["generation"]) and labs.is_ready(raw)


def _since(before: float, after: float) -> float:
    return after - before if after >= before else after


def _plain(error: BaseException) -> str:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}" if not isinstance(error, BenchError) else str(error)
