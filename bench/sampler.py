"""Peak memory of a process with its children, sampled while something else is measured."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType

from bench import procfs

PERIOD_SECONDS = 0.02  # a `helm template` lives for some 50 ms and must not be missed
PSS_EVERY = 25  # samples; the kernel walks every page for a PSS


class MemorySampler:
    """``async with MemorySampler(pid) as memory``: ``memory.peak`` in bytes afterwards.

    ``pid`` is asked each time, since a program that is started anew gets another.

    - ``peak``: largest sum of the resident memory of the process and its children
    - ``peak_alone``: largest resident memory of the process itself
    - ``peak_pss``: largest proportional sum, seldom sampled
    - ``longest_gap``: longest time between two samples, in seconds; a long one voids the figure
    """

    def __init__(self, pid: Callable[[], int]) -> None:
        self._pid = pid
        self.peak = self.peak_alone = self.peak_pss = self.samples = 0
        self.longest_gap = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "MemorySampler":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def sample(self) -> None:
        """Look once."""
        root = self._pid()
        children = procfs.tree(root)[1:]
        pids = [root, *(c for c in children if procfs.has_started(c, root))]
        sizes = [procfs.rss_bytes(pid) for pid in pids]
        self.peak = max(self.peak, sum(sizes))
        self.peak_alone = max(self.peak_alone, sizes[0])
        if self.samples % PSS_EVERY == 0:
            self.peak_pss = max(self.peak_pss, sum(map(procfs.pss_bytes, pids)))
        self.samples += 1

    async def _run(self) -> None:
        last = time.monotonic()
        while True:
            self.sample()
            await asyncio.sleep(PERIOD_SECONDS)
            now = time.monotonic()
            self.longest_gap = max(self.longest_gap, now - last)
            last = now
