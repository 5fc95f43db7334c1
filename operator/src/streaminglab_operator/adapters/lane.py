"""A lane to the API server: calls wait here for their turn, not there."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streaminglab_operator.adapters.congestion import Congestion
from streaminglab_operator.errors import ApiError
from streaminglab_operator.observed.refusals import is_dead_webhook

_TOO_MUCH = (0, 429, 500, 502, 503, 504)
"""No answer at all, API Priority and Fairness, etcd that is late (500, 504), a server that starts,
ends or is behind a proxy."""


class Lane:
    """At most so many calls in flight as the server can take; the others wait, first come first."""

    def __init__(self, congestion: Congestion | None = None) -> None:
        self._congestion = congestion or Congestion()
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def in_flight(self) -> int:
        """Calls that the server has not answered yet."""
        return self._in_flight

    @property
    def limit(self) -> int:
        """How many of them there may be at the moment."""
        return int(self._congestion.limit)

    @asynccontextmanager
    async def call(self, kind: str) -> AsyncIterator[None]:
        """Wait for a place, and learn from how the call in the block ends."""
        await self._place()
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            yield
        except ApiError as error:
            if is_overload(error):
                self._congestion.refused(began, clock(), error.retry_after)
            else:
                self._congestion.answered(kind, began, clock(), self._in_flight)
            raise
        else:
            self._congestion.answered(kind, began, clock(), self._in_flight)
        finally:
            self._in_flight -= 1
            self._admit()

    async def _place(self) -> None:
        asked = asyncio.get_running_loop().create_future()
        self._waiting.append(asked)
        self._admit()
        try:
            await asked
        except asyncio.CancelledError:
            if asked.done() and not asked.cancelled():
                # Granted in the very moment in which its asker was cancelled.
                self._in_flight -= 1
                self._admit()
            raise

    def _admit(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting and self._congestion.room(self._in_flight, loop.time()):
            asked = self._waiting.popleft()
            if not asked.done():
                self._in_flight += 1
                asked.set_result(None)
        if self._waiting and self._timer is None and self._congestion.resumes > loop.time():
            self._timer = loop.call_at(self._congestion.resumes, self._resume)

    def _resume(self) -> None:
        self._timer = None
        self._admit()


def is_overload(error: ApiError) -> bool:
    """True if an answer is about the server's load and not about the request. A webhook that does
    not answer is somebody's own trouble, however much we ask."""
    return error.status in _TOO_MUCH and not is_dead_webhook(error.message)
