"""Waiting by watching, so that the waiting itself costs next to nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bench.client import Client, Json
from bench.errors import BenchError, WatchEnded

Done = Callable[[Json], bool]


class Tracker:
    """When each object of a kind first was as it should be, and which are not (any more).

    ``done`` may raise :class:`BenchError`: of an object that never will be, so that nobody waits.
    """

    def __init__(self, done: Done) -> None:
        self._done = done
        self.first: dict[tuple[str, str], float] = {}
        self.now: dict[tuple[str, str], bool] = {}
        self._changed = asyncio.Event()
        self._hopeless: BenchError | None = None

    def saw(self, event: str, item: Json) -> None:
        """One event of a watch."""
        key = (item["metadata"]["namespace"], item["metadata"]["name"])
        if event == "DELETED":
            self.now.pop(key, None)
        else:
            self.now[key] = self._ask(item)
            if self.now[key]:
                self.first.setdefault(key, time.monotonic())
        self._changed.set()

    def listed(self, items: list[Json]) -> None:
        """All that there is, after a time without a watch."""
        there = {(item["metadata"]["namespace"], item["metadata"]["name"]) for item in items}
        for gone in self.now.keys() - there:
            del self.now[gone]
        for item in items:
            self.saw("ADDED", item)
        self._changed.set()

    def end(self, why: str) -> None:
        """Nothing more will be seen: whoever waits is told so."""
        self._hopeless = BenchError(why)
        self._changed.set()

    def _ask(self, item: Json) -> bool:
        try:
            return self._done(item)
        except BenchError as error:
            self._hopeless = error
            return False

    @property
    def count(self) -> int:
        """How many are as they should be at this moment."""
        return sum(self.now.values())

    async def until(self, count: int, seconds: float) -> float:
        """Wait until so many are; when that was. Raises :class:`BenchError` if too late."""
        await self._until(lambda: self.count >= count, seconds, f" of {count}")
        return time.monotonic()

    async def until_seen(self, key: tuple[str, str], seconds: float) -> float:
        """Wait until one is (or was once); when that was. Raises as :meth:`until`."""
        await self._until(lambda: key in self.first, seconds, f", without {key[0]}/{key[1]},")
        return self.first[key]

    async def _until(self, enough: Callable[[], bool], seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not enough():
            if self._hopeless:
                raise self._hopeless
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                raise BenchError(f"{self.count}{what} after {seconds:.0f} s") from None


@asynccontextmanager
async def tracking(
    client: Client, path: str, done: Done, selector: str = ""
) -> AsyncIterator[Tracker]:
    """Watch a collection of all namespaces for as long as the ``with`` lasts."""
    tracker = Tracker(done)
    version = (await client.get(f"{path}?limit=1"))["metadata"]["resourceVersion"]

    async def run() -> None:
        try:
            await _follow(client, path, selector, version, tracker)
        except Exception as error:
            tracker.end(f"the watch of {path} broke: {error!r}")

    task = asyncio.create_task(run())
    try:
        yield tracker
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _follow(client: Client, path: str, selector: str, version: str, tracker: Tracker) -> None:
    """Watch from a version, and list anew as often as a watch ends. Never returns."""
    while True:
        try:
            async for event in client.watch(path, version, selector):
                tracker.saw(event["type"], event["object"])
        except WatchEnded:
            whole = await client.get(f"{path}?labelSelector={selector}" if selector else path)
            version = whole["metadata"]["resourceVersion"]
            tracker.listed(whole["items"])


def pod_done(pod: Json) -> bool:
    """Ready, or ended well."""
    status = pod.get("status", {})
    return status.get("phase") == "Succeeded" or is_true(status, "Ready")


def is_true(status: Json, condition: str) -> bool:
    """Whether a status has such a condition, and it is True."""
    conditions = status.get("conditions") or []
    return any(c["type"] == condition and c["status"] == "True" for c in conditions)
