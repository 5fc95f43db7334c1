"""Many labs on fake nodes: one run of the real operator, and what was seen of it."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from bench import audit, labs, procfs
from bench.client import Client, Json, in_parallel
from bench.fake_influxdb import FakeInfluxDB
from bench.fakecluster import FakeCluster
from bench.fakecluster.commands import FLOOR, OPERATOR
from bench.floor import Floor, raw
from bench.machine import OtherLoad
from bench.operator_process import OperatorProcess
from bench.report import say
from bench.sampler import MemorySampler
from bench.waiting import Tracker, pod_done, tracking

PODS_PER_LAB = 9  # seven, and some that are being replaced
VOLUMES_PER_LAB = 2
PODS = "/api/v1/pods"
PASSES = "streaminglab_reconcile_seconds_count"
SETTLE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for.

    - ``distinct``: no two labs are alike, so that nothing rendered can be used twice
    - ``as_it_is``: take the real cluster with what runs in it
    """

    labs: int = 100
    distinct: bool = False
    idle: float = 60.0
    timeout: float = 900.0
    logs: Path | None = None
    as_it_is: bool = False


@dataclass(slots=True)
class OperatorRun:
    """What one run of the operator cost."""

    ready: float = 0.0
    latencies: list[float] = field(default_factory=list)
    requests: list[audit.Request] = field(default_factory=list)
    cpu: float = 0.0
    children_cpu: float = 0.0
    peak: int = 0
    peak_alone: int = 0
    peak_pss: int = 0
    sample_gap: float = 0.0
    renders: float = 0.0
    passes: float = 0.0
    failed_passes: int = 0
    set_up: int = 0
    pods: int = 0
    documents: list[Json] = field(default_factory=list)
    idle_requests: list[audit.Request] = field(default_factory=list)
    idle_cpu: float = 0.0
    idle_seconds: float = 0.0
    still_ready: int = 0
    restart: float = 0.0
    restart_requests: list[audit.Request] = field(default_factory=list)
    others: float = 0.0


async def run_operator(options: Options) -> OperatorRun:
    """Apply all labs at once, wait for every one, leave them idle, start the operator anew."""
    run = OperatorRun()
    names = labs.namespaces(options.labs)
    async with _cluster(options, "operator") as cluster:
        await labs.custom_resource(cluster.admin)
        await cluster.namespaces([*names, "streaminglab-system"])
        influxdb = FakeInfluxDB()
        log = audit.AuditLog(cluster.layout.audit_log)
        async with influxdb.served() as url:
            kubeconfig = cluster.layout.kubeconfig(OPERATOR)
            operator = OperatorProcess(cluster.children, kubeconfig, url, cluster.layout.root)
            operator.start()
            await _until_up(cluster, operator)
            log.new(OPERATOR)  # its start is no part of the figure
            path = f"{labs.GROUP}/streaminglabs"
            async with tracking(cluster.admin, path, _lab_ready) as ready:
                await _roll_out(run, options, cluster, operator, ready)
                run.requests = log.new(OPERATOR)
                run.renders = await operator.metric("streaminglab_chart_renders") or 0
                run.passes = await operator.metric(PASSES) or 0
                run.failed_passes = operator.said("pass failed") + operator.said("pass broke")
                run.set_up = influxdb.set_up_labs()
                await _idle(run, options, operator, log)
                run.still_ready = ready.count
            run.documents = await labs.children(cluster.admin)
            run.pods = len((await cluster.admin.get(PODS))["items"])
            await _restart(run, options, operator, log)
    return run


async def run_floor(options: Options, run: OperatorRun) -> Floor:
    """The same objects, raw, in a cluster of their own that is as new as the operator's was."""
    async with _cluster(options, "floor") as cluster:
        await cluster.namespaces(labs.namespaces(options.labs))
        async with (
            cluster.connect(FLOOR) as client,
            tracking(cluster.admin, PODS, pod_done) as pods,
        ):
            say(f"floor: {len(run.documents)} objects, {run.pods} pods, raw")
            return await raw(client, run.documents, pods, run.pods)


def _cluster(options: Options, name: str) -> AbstractAsyncContextManager[FakeCluster]:
    say(f"{name}: a control plane with fake nodes for {options.labs} labs")
    return FakeCluster.started(
        pods=options.labs * PODS_PER_LAB,
        volumes=options.labs * VOLUMES_PER_LAB,
        keep=options.logs / name if options.logs else None,
    )


def _lab_ready(raw: Json) -> bool:
    return labs.ready_condition(raw)[0] == "True"


async def _until_up(cluster: FakeCluster, operator: OperatorProcess) -> None:
    deadline = time.monotonic() + 60
    while not operator.said("watching for labs"):
        cluster.not_after(deadline, "the operator does not watch for labs")
        await asyncio.sleep(0.1)


async def _roll_out(
    run: OperatorRun,
    options: Options,
    cluster: FakeCluster,
    operator: OperatorProcess,
    ready: Tracker,
) -> None:
    documents = [
        labs.lab(name, seed=number if options.distinct else None)
        for number, name in enumerate(labs.namespaces(options.labs))
    ]
    say(f"operator: {len(documents)} labs applied at once")
    cpu, others = procfs.cpu_seconds(operator.pid), OtherLoad()
    async with MemorySampler(operator.pid) as memory:
        started = time.monotonic()
        await in_parallel([_apply(cluster.admin, d) for d in documents], 16)
        run.ready = await ready.until(options.labs, options.timeout) - started
    run.latencies = sorted(t - started for t in ready.first.values())
    run.others = others.share()
    run.cpu = procfs.cpu_seconds(operator.pid) - cpu
    run.children_cpu = procfs.ended_children_cpu_seconds(operator.pid)
    run.peak, run.peak_alone, run.peak_pss = memory.peak, memory.peak_alone, memory.peak_pss
    run.sample_gap = memory.longest_gap


async def _apply(client: Client, document: Json) -> None:
    await client.apply(labs.lab_path(document["metadata"]["namespace"]), labs.body(document))


async def _idle(
    run: OperatorRun, options: Options, operator: OperatorProcess, log: audit.AuditLog
) -> None:
    if not options.idle:
        return
    # Replaced pods of the last minute are still being cleared away by the controllers.
    await asyncio.sleep(SETTLE_SECONDS)
    run.requests += log.new(OPERATOR)
    say(f"operator: idle for {options.idle:.0f} s")
    cpu, started = procfs.cpu_seconds(operator.pid), time.monotonic()
    await asyncio.sleep(options.idle)
    run.idle_seconds = time.monotonic() - started
    run.idle_cpu = procfs.cpu_seconds(operator.pid) - cpu
    run.idle_requests = log.new(OPERATOR)


async def _restart(
    run: OperatorRun, options: Options, operator: OperatorProcess, log: audit.AuditLog
) -> None:
    say("operator: ended and started again")
    operator.stop()
    log.new(OPERATOR)
    operator.start()
    while (await operator.metric(PASSES) or 0) < options.labs:
        if time.monotonic() > operator.started_at + options.timeout:
            break
        await asyncio.sleep(0.05)
    run.restart = time.monotonic() - operator.started_at
    await asyncio.sleep(SETTLE_SECONDS / 2)
    run.restart_requests = log.new(OPERATOR)
