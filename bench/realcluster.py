"""The real cluster, as ``make lab`` leaves it: nodes, images and the operator are there."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bench.client import Client
from bench.errors import BenchError
from bench.processes import Processes
from tools.cluster import choice, kubectl
from tools.lab import stage
from tools.machine.ports import free_port
from tools.shell.errors import ToolError

START_SECONDS = 30.0


def _in_use() -> Path:
    return choice.current().kubeconfig()


class RealCluster:
    """``async with RealCluster.prepared() as cluster``; ``client`` speaks to its API server.

    ``kubectl proxy`` does the login, so that every kind of kubeconfig will do.
    """

    def __init__(self, client: Client, children: Processes, kubeconfig: Path) -> None:
        self.client = client
        self.children = children
        self.kubeconfig = kubeconfig

    @classmethod
    @asynccontextmanager
    async def prepared(cls, as_it_is: bool = False) -> AsyncIterator["RealCluster"]:
        """Have cluster, images and operator (nothing is done that is done already).

        ``as_it_is``: take the cluster with the operator that runs in it, whichever that is.
        """
        try:
            config = _in_use() if as_it_is else await asyncio.to_thread(stage.prepare)
        except ToolError as error:
            raise BenchError(str(error)) from error
        with (
            tempfile.TemporaryDirectory(prefix="streaminglab-bench-") as logs,
            Processes(Path(logs)) as children,
        ):
            port = free_port()
            proxy = [kubectl.program(), f"--kubeconfig={config}", "proxy", f"--port={port}"]
            children.start("proxy", proxy)
            async with Client.connect(f"http://127.0.0.1:{port}") as client:
                cluster = cls(client, children, config)
                await cluster.answers(client, "/readyz")
                yield cluster

    async def answers(self, client: Client, path: str) -> None:
        """Wait until a forwarded port answers."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                await client.text("GET", path)
                return
            except (aiohttp.ClientError, OSError):
                self.children.check()
                if time.monotonic() > deadline:
                    raise BenchError(f"{client.server} does not answer") from None
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def forwarded(
        self, namespace: str, what: str, port: int, health: str = "/health"
    ) -> AsyncIterator[str]:
        """A local URL for a port of a pod, by ``kubectl port-forward``."""
        local = free_port()
        command = [
            kubectl.program(), f"--kubeconfig={self.kubeconfig}", "port-forward",
            "--namespace", namespace, what, f"{local}:{port}",
        ]  # fmt: skip
        self.children.start("port-forward", command)
        try:
            url = f"http://127.0.0.1:{local}"
            async with Client.connect(url) as client:
                await self.answers(client, health)
            yield url
        finally:
            self.children.stop("port-forward")

    @asynccontextmanager
    async def namespace(self, name: str) -> AsyncIterator[str]:
        """A namespace of our own, gone with all that is in it at the end."""
        await self.remove(name)
        document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        await self.client.create("/api/v1/namespaces", document)
        try:
            yield name
        finally:
            await self.remove(name)

    async def remove(self, name: str, seconds: float = 180.0) -> None:
        """Delete a namespace and wait until it is gone."""
        path = f"/api/v1/namespaces/{name}"
        await self.client.delete(path)
        deadline = time.monotonic() + seconds
        while await self._exists(path):
            if time.monotonic() > deadline:
                raise BenchError(f"namespace {name} is still there after {seconds:.0f} s")
            await asyncio.sleep(0.5)

    async def _exists(self, path: str) -> bool:
        try:
            await self.client.get(path)
        except BenchError as error:
            if ": 404 " in str(error):
                return False
            raise
        return True

    async def pulls(self, namespace: str) -> int:
        """How many images were pulled: a figure with a pull in it says nothing."""
        events = await self.client.get(f"/api/v1/namespaces/{namespace}/events")
        return sum(e.get("reason") == "Pulling" for e in events["items"])
