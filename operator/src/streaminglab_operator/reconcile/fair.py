"""Slots for something scarce: they go round by namespace, whoever asks how often."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class FairSlots:
    """At most so many at a time. Who asks often waits for his own slots, and nobody else does."""

    def __init__(self, at_once: int = 1) -> None:
        self._free = at_once
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def slot(self, whose: str) -> AsyncIterator[None]:
        """A slot, from when it is granted to the end of the block."""
        await self._granted(whose)
        try:
            yield
        finally:
            self._free += 1
            self._grant()

    async def _granted(self, whose: str) -> None:
        asked = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(whose, deque()).append(asked)
        self._grant()
        try:
            await asked
        except asyncio.CancelledError:
            if asked.done() and not asked.cancelled():
                # Granted in the very moment in which its asker was cancelled.
                self._free += 1
                self._grant()
            raise

    def _grant(self) -> None:
        while self._free and self._waiting:
            whose, queue = self._waiting.popitem(last=False)
            asked = queue.popleft()
            if queue:
                self._waiting[whose] = queue
            if not asked.done():
                self._free -= 1
                asked.set_result(None)
