"""How many calls may be in flight for one key (a lab, a namespace) at a time."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class _Slot:
    semaphore: asyncio.Semaphore
    users: int = field(default=0)


class Permits(Generic[K]):
    """A semaphore for each key, first come, first served. What nobody uses takes no memory."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._slots: dict[K, _Slot] = {}

    def __len__(self) -> int:
        return len(self._slots)

    @asynccontextmanager
    async def of(self, key: K) -> AsyncIterator[None]:
        """Wait for a permit, and hold it."""
        slot = self._slots.setdefault(key, _Slot(asyncio.Semaphore(self._limit)))
        slot.users += 1
        try:
            async with slot.semaphore:
                yield
        finally:
            slot.users -= 1
            if not slot.users:
                del self._slots[key]
