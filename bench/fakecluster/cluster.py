"""Start the control plane in a temporary directory, fill it with nodes, and end it by its ids."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import aiohttp

from bench.client import Client, in_parallel
from bench.errors import BenchError
from bench.fakecluster import commands, files, furniture
from bench.fakecluster.commands import ADMIN, Layout
from bench.fakecluster.families import IPV4, Families
from bench.processes import Processes
from tools.artifacts import get
from tools.machine.ports import free_ports

START_SECONDS = 90.0


class FakeCluster:
    """``async with FakeCluster.started(pods=700, volumes=200) as cluster``."""

    def __init__(
        self, layout: Layout, children: Processes, tokens: dict[str, str], admin: Client
    ) -> None:
        self.layout = layout
        self.children = children
        self.tokens = tokens
        self.admin = admin

    @classmethod
    @asynccontextmanager
    async def started(
        cls,
        *,
        pods: int,
        volumes: int,
        keep: Path | None = None,
        families: Families = IPV4,
    ) -> AsyncIterator["FakeCluster"]:
        """A cluster with room for so many pods and volumes. ``keep``: leave logs there."""
        with tempfile.TemporaryDirectory(prefix="streaminglab-bench-") as temporary:
            root = keep or Path(temporary)
            # What an earlier run left there must not be taken for this one's.
            shutil.rmtree(root / "etcd", ignore_errors=True)
            root.mkdir(parents=True, exist_ok=True)
            for log in root.glob("*.log"):
                log.unlink()
            etcd, peer, api = free_ports(3)
            layout = Layout(root, etcd, peer, api, families)
            kubernetes = get("kubernetes") / "bin"
            tokens = files.write(layout, kubernetes / "kubeadm")
            with Processes(root) as children:
                children.start("etcd", commands.etcd(get("etcd") / "bin/etcd", layout))
                children.start(
                    "apiserver", commands.apiserver(kubernetes / "kube-apiserver", layout)
                )
                async with Client.connect(layout.server, tokens[ADMIN]) as admin:
                    cluster = cls(layout, children, tokens, admin)
                    await cluster._answers()
                    cluster._start_controllers(kubernetes)
                    await cluster._furnish(pods, volumes)
                    yield cluster

    def connect(self, user: str, connections: int = 32) -> AbstractAsyncContextManager[Client]:
        """A client of one of the users."""
        return Client.connect(self.layout.server, self.tokens[user], connections=connections)

    async def namespaces(self, names: list[str]) -> None:
        """Make namespaces and wait until their service account is there."""
        await in_parallel([self.admin.create(*furniture.namespace(n)) for n in names], 16)
        deadline = time.monotonic() + START_SECONDS
        path = "/api/v1/serviceaccounts?fieldSelector=metadata.name%3Ddefault"
        while True:
            items = (await self.admin.get(path))["items"]
            if set(names) <= {i["metadata"]["namespace"] for i in items}:
                return
            self.not_after(deadline, "the namespaces get no service account")
            await asyncio.sleep(0.2)

    def _start_controllers(self, kubernetes: Path) -> None:
        start, layout = self.children.start, self.layout
        manager = kubernetes / "kube-controller-manager"
        start("controller-manager", commands.controller_manager(manager, layout))
        start("scheduler", commands.scheduler(kubernetes / "kube-scheduler", layout))
        start("kwok", commands.kwok(get("kwok") / "bin/kwok", layout, files.stages(layout)))

    async def _answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                await self.admin.text("GET", "/readyz")
                return
            except (aiohttp.ClientError, BenchError, OSError):
                self.not_after(deadline, "the API server does not get ready")
                await asyncio.sleep(0.2)

    async def _furnish(self, pods: int, volumes: int) -> None:
        await self.admin.create(*furniture.rights())
        await self.admin.create(*furniture.storage_class())
        nodes = [furniture.node(i) for i in range(furniture.nodes_for(pods))]
        made = [furniture.volume(i) for i in range(volumes)]
        await in_parallel([self.admin.create(*item) for item in nodes + made], 16)
        deadline = time.monotonic() + START_SECONDS
        while not await self._furnished(len(nodes), volumes):
            self.not_after(deadline, "the fake nodes or volumes do not get ready")
            await asyncio.sleep(0.2)

    async def _furnished(self, nodes: int, volumes: int) -> bool:
        found = (await self.admin.get("/api/v1/nodes"))["items"]
        up = [n for n in found if n.get("status", {}).get("phase") == "Running"]
        disks = (await self.admin.get("/api/v1/persistentvolumes"))["items"]
        free = [d for d in disks if d.get("status", {}).get("phase") == "Available"]
        return len(up) == nodes and len(free) == volumes

    def not_after(self, deadline: float, what: str) -> None:
        """Raise :class:`BenchError` if a child has ended, or if it is too late."""
        self.children.check()
        if time.monotonic() > deadline:
            raise BenchError(f"{what} within {START_SECONDS:.0f} s")
