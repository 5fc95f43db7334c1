"""Hostile labs and an honest neighbour under one operator: real workers, real sockets, real time.

The API server is in memory; everything that a lab's own servers say comes over HTTP.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.fake_influxdb import FakeInfluxDB
from streaminglab_operator.adapters.clock import WallClock
from streaminglab_operator.adapters.connect import ConnectClient
from streaminglab_operator.adapters.http import LabHttp
from streaminglab_operator.adapters.influxdb import InfluxDBClient
from streaminglab_operator.engine import Engine
from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import Endpoint
from streaminglab_operator.reconcile import Addresses, Outcome
from streaminglab_operator.workqueue import WorkQueue
from tests.component.hostile.impostors import Impostor
from tests.fakes.world import World

HOSTILE, HONEST = "tenant-a", "tenant-b"
WORKERS = 4
STEP_SECONDS = 0.05
TICK_SECONDS = 0.01


@dataclass(frozen=True)
class TownAddresses(Addresses):
    """Servers of hostile labs are impostors, at an address of each lab; all others are honest."""

    impostor: Impostor

    def influxdb(self, key: LabKey) -> Endpoint:
        return self._found(key) or Addresses.influxdb(self, key)

    def connect(self, key: LabKey) -> Endpoint:
        return self._found(key) or Addresses.connect(self, key)

    def _found(self, key: LabKey) -> Endpoint | None:
        if key.namespace != HOSTILE:
            return None
        return Endpoint(self.impostor.url_of(key.name), key)


@dataclass
class Measures:
    """What the neighbour notices: seconds from its wake-up to the end of its pass; and of the
    process: the longest time that the operator held the event loop, and bytes of memory.

    ``cluster``: seconds in which the controllers of the cluster in memory held it.
    """

    lags: list[float] = field(default_factory=list)
    cluster: float = 0.0
    gap: float = 0.0
    memory: int = 0
    grown: int = 0

    async def tick(self) -> None:
        """Until cancelled."""
        self.memory = _resident()
        while True:
            began, apart = time.perf_counter(), self.cluster
            await asyncio.sleep(TICK_SECONDS)
            held = time.perf_counter() - began - TICK_SECONDS - (self.cluster - apart)
            self.gap = max(self.gap, held)
            self.grown = max(self.grown, _resident() - self.memory)


class Broken:
    """The engine's observer: no hostile lab may break a pass."""

    count = 0

    def passed(self, seconds: float, writes: int) -> None:
        """Not counted."""

    def failed(self) -> None:
        self.count += 1


class Town(World):
    """``async with town(impostor) as made``."""

    def __init__(self) -> None:
        self.line: WorkQueue[LabKey] = WorkQueue()
        self.woken: dict[LabKey, float] = {}
        self.measures = Measures()
        self.broken = Broken()
        super().__init__()

    def wake(self, key: LabKey) -> None:
        """As the store and what is under way in the background ask for a pass."""
        self.woken.setdefault(key, time.perf_counter())
        self.line.add(key)

    async def reconcile(self, key: LabKey) -> Outcome:
        """A pass, as the engine asks for it."""
        since = self.woken.pop(key, time.perf_counter())
        try:
            return await self.reconciler.reconcile(key)
        finally:
            if key.namespace == HONEST:
                self.measures.lags.append(time.perf_counter() - since)

    def use(self, http: LabHttp, addresses: Addresses) -> None:
        """Real clients, in the place of those in memory."""
        tools = replace(
            self.reconciler._tools,
            influxdb=InfluxDBClient(http),
            connect=ConnectClient(http),
            addresses=addresses,
            clock=WallClock(),
        )
        self.reconciler._tools = tools

    async def live(self) -> None:
        """Controllers and watches, until cancelled."""
        while True:
            self.deliver()
            began = time.perf_counter()
            self.controllers.step()
            took = time.perf_counter() - began
            self.measures.cluster += took
            # Whatever the size of the cluster, it takes a small part of the loop that it shares.
            await asyncio.sleep(max(STEP_SECONDS, 4 * took))

    async def until_ready(self, key: LabKey, seconds: float = 120.0) -> None:
        """The lab is Ready; no claim on how long that takes."""
        async with asyncio.timeout(seconds):
            while not self.ready(key):  # noqa: ASYNC110 (the API server in memory has no watch)
                await asyncio.sleep(TICK_SECONDS)

    def invade(self, count: int, spec: dict[str, Any]) -> list[LabKey]:
        """Hostile labs."""
        return [self.add_lab(spec, f"boom{i}", HOSTILE) for i in range(count)]


@asynccontextmanager
async def town(impostor: Impostor) -> AsyncIterator[Town]:
    """An operator at work; one honest lab is Ready already, so that every chart is rendered."""
    async with AsyncExitStack() as stack:
        honest = await stack.enter_async_context(FakeInfluxDB().served())
        await stack.enter_async_context(impostor.served())
        http = await stack.enter_async_context(LabHttp())
        made = Town()
        made.use(http, TownAddresses(honest, honest, impostor))
        engine = Engine(made.line, made, made.broken, WORKERS)
        tasks = [asyncio.create_task(work) for work in (engine.run(), made.live())]
        try:
            await made.until_ready(made.add_lab(name="before", namespace="tenant-c"))
            tasks.append(asyncio.create_task(made.measures.tick()))
            yield made
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for key in list(made.reconciler._memories):
                if (lab := made.store.lab(key)) is not None:
                    made.store.lab_gone(key, lab.uid)
                await made.reconciler.reconcile(key)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
