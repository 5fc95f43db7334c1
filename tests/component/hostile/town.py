"""Hostile labs and an honest neighbour under one operator: real workers, real sockets.

The API server is in memory; everything that a lab's own servers say comes over HTTP.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.fake_influxdb import FakeInfluxDB
from streaminglab_operator.adapters.connect import ConnectClient
from streaminglab_operator.adapters.http import Answer, Budget, LabHttp
from streaminglab_operator.adapters.influxdb import InfluxDBClient
from streaminglab_operator.engine import Engine
from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import Endpoint
from streaminglab_operator.reconcile import Addresses, Outcome
from streaminglab_operator.workqueue import WorkQueue
from tests.component.hostile.impostors import Impostor, served
from tests.component.hostile.quick import LoopClock, Steps, pause, real
from tests.fakes.fields import Json
from tests.fakes.watches import Watches
from tests.fakes.world import World

HONEST = "honest"
WORKERS = 4
STEP_SECONDS = 0.05
TICK_SECONDS = 0.01


@dataclass(frozen=True)
class TownAddresses(Addresses):
    """Servers of hostile labs are impostors, at an address of each lab; all others are honest.

    ``impostors``: by namespace.
    """

    impostors: Mapping[str, Impostor]

    def influxdb(self, key: LabKey) -> Endpoint:
        return self._found(key) or Addresses.influxdb(self, key)

    def connect(self, key: LabKey) -> Endpoint:
        return self._found(key) or Addresses.connect(self, key)

    def _found(self, key: LabKey) -> Endpoint | None:
        if key.namespace not in self.impostors:
            return None
        return Endpoint(self.impostors[key.namespace].url_of(key.name), key)


class CountingHttp(LabHttp):
    """The operator's client. ``patience``: so many times as long as it has; ``ended``: calls to
    labs that are over, by namespace."""

    def __init__(self, patience: float) -> None:
        super().__init__()
        self._patience = patience
        self.ended: dict[str, int] = {}

    async def call(
        self, method: str, at: Endpoint, path: str, budget: Budget, **request: Any
    ) -> Answer:
        patient = replace(budget, seconds=budget.seconds * self._patience)
        try:
            return await super().call(method, at, path, patient, **request)
        finally:
            self.ended[at.lab.namespace] = self.ended.get(at.lab.namespace, 0) + 1


@dataclass
class Measures:
    """What the neighbour notices, from its wake-ups to the ends of its passes.

    - ``lags``: in seconds by the clock
    - ``held``: in seconds of CPU that the event loop has worked meanwhile, for whomever
    - ``grown``: bytes of memory, more than at the beginning
    """

    steps: Steps
    lags: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    memory: int = 0
    grown: int = 0

    async def tick(self) -> None:
        """Until cancelled."""
        self.memory = resident()
        while True:
            await pause(TICK_SECONDS)
            self.grown = max(self.grown, resident() - self.memory)


class Door(Watches):
    """What is said of a lab comes in a step of its own, as from kopf: what the store does with it
    is the operator's work, and not the cluster's."""

    def _lab_event(self, event: str, raw: Json) -> None:
        text = json.dumps(raw)
        asyncio.get_running_loop().call_soon(self._arrives, event, text)

    def _arrives(self, event: str, text: str) -> None:
        self.store.lab_event(event, json.loads(text))


class Broken:
    """The engine's observer: no hostile lab may break a pass."""

    count = 0

    def passed(self, seconds: float, writes: int) -> None:
        """Not counted."""

    def failed(self) -> None:
        self.count += 1


class Town(World):
    """``async with town(impostors) as made``."""

    def __init__(self) -> None:
        # As the operator has it: a namespace never has all workers.
        self.line: WorkQueue[LabKey] = WorkQueue(lambda key: key.namespace, WORKERS * 3 // 4)
        self.woken: dict[LabKey, tuple[float, float]] = {}
        self.soon: set[LabKey] = set()
        self.measures = Measures(Steps())
        self.broken = Broken()
        super().__init__()

    def new_watches(self) -> Watches:
        """Of which what is said of labs counts."""
        return Door(self.server, self.store)

    def wake(self, key: LabKey) -> None:
        """As the store and what is under way in the background ask for a pass."""
        self.woken.setdefault(key, self._now())
        self.line.add(key)

    def wake_soon(self, key: LabKey) -> None:
        """As the queue has it; the neighbour's pass is counted from when it is due."""
        if key not in self.soon:
            self.soon.add(key)
            asyncio.get_running_loop().call_later(self.line.gather_seconds, self._due, key)

    def _due(self, key: LabKey) -> None:
        self.soon.discard(key)
        self.wake(key)

    def _now(self) -> tuple[float, float]:
        return time.perf_counter(), self.measures.steps.cpu

    async def reconcile(self, key: LabKey, *, by_clock: bool = False) -> Outcome:
        """A pass, as the engine asks for it."""
        clock, cpu = self.woken.pop(key, self._now())
        try:
            return await self.reconciler.reconcile(key, by_clock=by_clock)
        finally:
            if key.namespace == HONEST:
                now, worked = self._now()
                self.measures.lags.append(now - clock)
                self.measures.held.append(worked - cpu)

    def use(self, http: LabHttp, addresses: Addresses) -> None:
        """Real clients, in the place of those in memory."""
        tools = replace(
            self.reconciler._tools,
            influxdb=InfluxDBClient(http),
            connect=ConnectClient(http),
            addresses=addresses,
            clock=LoopClock(),
        )
        self.reconciler._tools = tools

    async def live(self) -> None:
        """Controllers and watches, until cancelled."""
        while True:
            began = time.perf_counter()
            self.deliver()
            self.controllers.step()
            took = time.perf_counter() - began
            # Whatever the size of the cluster, it takes a part of the loop that it shares.
            await pause(max(STEP_SECONDS, 2 * took))

    async def until_ready(self, key: LabKey) -> None:
        """The lab is Ready; no claim on how long that takes."""
        await self.until(lambda: self.ready(key))

    async def until(self, look: Callable[[], bool], seconds: float = 600.0) -> None:
        """The API server in memory has no watch, and the impostors count in another thread."""
        async with asyncio.timeout(real(seconds)):
            while not look():
                await pause(TICK_SECONDS)


@asynccontextmanager
async def town(
    impostors: Mapping[str, Impostor], patience: float = 1.0
) -> AsyncIterator[tuple[Town, CountingHttp]]:
    """An operator at work; one honest lab is Ready already, so that every chart is rendered.

    ``impostors``: by the namespace of the labs whose servers they are.
    """
    async with AsyncExitStack() as stack:
        honest = await stack.enter_async_context(FakeInfluxDB().served())
        stack.enter_context(served(impostors.values()))
        http = await stack.enter_async_context(CountingHttp(patience))
        made = Town()
        made.use(http, TownAddresses(honest, honest, impostors))
        engine = Engine(made.line, made, made.broken, WORKERS)
        tasks = [asyncio.create_task(work) for work in (engine.run(), made.live())]
        try:
            await made.until_ready(made.add_lab(name="before", namespace="before"))
            made.measures.steps.apart = tasks[1]
            stack.enter_context(made.measures.steps.measured())
            tasks.append(asyncio.create_task(made.measures.tick()))
            yield made, http
        finally:
            await _ended(made, tasks)


async def _ended(made: Town, tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for key in list(made.reconciler._memories):
        if (lab := made.store.lab(key)) is not None:
            made.store.lab_gone(key, lab.uid)
        await made.reconciler.reconcile(key)


def resident() -> int:
    """Bytes of memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
