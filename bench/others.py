"""The same labs by others: Helm in a loop, and operator-framework's engine for Helm charts.

Both make the objects of a lab and no more: nobody sets up InfluxDB, waits for anything, or
compares the data. So they have less to do than the operator, which the ratios do not show.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import audit, labs, procfs, umbrella
from bench.client import Json, in_parallel
from bench.errors import BenchError
from bench.fakecluster import FakeCluster
from bench.fakecluster.commands import FLOOR
from bench.machine import OtherLoad
from bench.options import Options
from bench.report import say
from bench.sampler import MemorySampler
from bench.scale import PODS, OperatorRun
from bench.stage import fake_cluster
from bench.steps import AT_ONCE
from bench.waiting import pod_done, tracking
from tools.artifacts import get

GROUP, KIND, PLURAL = "bench.streaminglab.dev", "HelmLab", "helmlabs"
ENGINE = "helm-operator-plugins"
WORKERS = 24
"""Releases that the engine works on at a time: as many as the operator does."""
UP = "Starting workers"


@dataclass(slots=True)
class Other:
    """What one of the others took; ``cpu``, ``peak`` (bytes): of it with its children."""

    ready: float = 0.0
    cpu: float = 0.0
    api_cpu: float = 0.0
    peak: int = 0
    others: float = 0.0
    requests: list[audit.Request] = field(default_factory=list)
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What the others are to make: a chart with values, and the Secret, for each namespace."""

    names: list[str]
    chart: Path
    rendered: list[umbrella.Rendered]
    secrets: dict[str, Json]
    pods: int

    @classmethod
    def of(cls, run: OperatorRun, asked: Path, chart: Path) -> "Given":
        """From a run of the operator that was recorded."""
        rendered = umbrella.recorded(asked)
        umbrella.make(chart, rendered)
        secrets = {d["metadata"]["namespace"]: d for d in run.documents if d["kind"] == "Secret"}
        return cls(list(secrets), chart, rendered, secrets, run.pods)


async def helm_loop(options: Options, given: Given) -> Other:
    """``helm upgrade --install`` of one lab after the other, until all pods are ready."""
    helm = HelmLoop(get("helm") / "bin" / "helm", given)
    async with _cluster(options, "helm-loop") as cluster:
        before = procfs.ended_children_cpu_seconds(os.getpid())
        async with _measured(cluster, given, lambda: helm.pid) as other:
            for name in given.names:
                await _secret(cluster, given, name)
                await helm.install(cluster, name)
        other.cpu = procfs.ended_children_cpu_seconds(os.getpid()) - before
    return other


class HelmLoop:
    """One Helm at a time; ``pid`` of the one that runs, or 0."""

    def __init__(self, program: Path, given: Given) -> None:
        self._program = program
        self._given = given
        self.pid = 0

    async def install(self, cluster: FakeCluster, name: str) -> None:
        """One lab. Raises BenchError with Helm's words if it could not be installed."""
        process = await asyncio.create_subprocess_exec(
            self._program, "upgrade", "--install", labs.LAB_NAME, self._given.chart,
            "--namespace", name, "--values", "-", "--qps", "1000", "--burst-limit", "2000",
            "--kubeconfig", cluster.layout.kubeconfig(FLOOR),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self.pid = process.pid
        text = json.dumps(umbrella.values(self._given.rendered, name))
        said, _ = await process.communicate(text.encode())
        self.pid = 0
        if process.returncode:
            raise BenchError(f"helm upgrade --install in {name}: {said.decode()[-500:]}")


async def engine(options: Options, given: Given) -> Other:
    """A custom resource for each lab, all at once, and the engine; until all pods are ready."""
    program = get(ENGINE) / "bin" / ENGINE
    async with _cluster(options, ENGINE) as cluster:
        await labs.serve(cluster.admin, _definition())
        command: list[str | Path] = [
            program, f"--chart={given.chart}", f"--group={GROUP}", f"--kind={KIND}",
            f"--workers={WORKERS}",
        ]  # fmt: skip
        env = {**os.environ, "KUBECONFIG": str(cluster.layout.kubeconfig(FLOOR))}
        pid = cluster.children.start(ENGINE, command, env)
        await _until_up(cluster)

        async def one(name: str) -> None:
            await _secret(cluster, given, name)
            path = f"/apis/{GROUP}/v1/namespaces/{name}/{PLURAL}"
            await cluster.admin.create(path, _resource(name, given))

        before = procfs.cpu_seconds(pid)
        async with _measured(cluster, given, lambda: pid) as other:
            await in_parallel([one(name) for name in given.names], AT_ONCE)
        other.cpu = procfs.cpu_seconds(pid) - before
    return other


@asynccontextmanager
async def _cluster(options: Options, name: str) -> AsyncIterator[FakeCluster]:
    async with fake_cluster(options.labs, name, options.logs) as cluster:
        await cluster.namespaces(labs.namespaces(options.labs))
        yield cluster


@asynccontextmanager
async def _measured(
    cluster: FakeCluster, given: Given, pid: Callable[[], int]
) -> AsyncIterator[Other]:
    """What the ``with`` costs, until all pods are ready. ``pid``: of what is measured."""
    other, log = Other(), audit.AuditLog(cluster.layout.audit_log)
    log.new(FLOOR)
    api = cluster.children.pid("apiserver")
    api_before, load = procfs.cpu_seconds(api), OtherLoad()
    async with tracking(cluster.admin, PODS, pod_done) as pods, MemorySampler(pid) as memory:
        started = time.monotonic()
        yield other
        say(f"all labs are asked for; {pods.count} of {given.pods} pods are ready")
        other.ready = await pods.until(given.pods, 900) - started
    other.api_cpu = procfs.cpu_seconds(api) - api_before
    other.others, other.peak = load.share(), memory.peak
    other.requests = log.new(FLOOR)


async def _secret(cluster: FakeCluster, given: Given, name: str) -> None:
    document = given.secrets[name]
    await cluster.admin.apply(labs.path_of(document), labs.body(document))


async def _until_up(cluster: FakeCluster) -> None:
    deadline = time.monotonic() + 60
    while UP not in cluster.children.tail(ENGINE, 20):
        cluster.not_after(deadline, "the engine does not watch for labs")
        await asyncio.sleep(0.1)


def _resource(name: str, given: Given) -> Json:
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": KIND,
        "metadata": {"name": labs.LAB_NAME, "namespace": name},
        "spec": umbrella.values(given.rendered, name),
    }


def _definition() -> Json:
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "schema": {"openAPIV3Schema": anything},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{PLURAL}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {"kind": KIND, "plural": PLURAL, "singular": KIND.lower()},
            "versions": [version],
        },
    }
