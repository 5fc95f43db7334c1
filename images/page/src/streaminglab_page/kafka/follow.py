"""Messages of a topic as they come: one reader a topic, however many browsers follow it.

No consumer waits for them: the brokers are asked for the ends, and what has come since is read as
any other messages are. So whatever comes ends no follower.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from streaminglab_page.bell import Bell
from streaminglab_page.kafka.apart import Seen
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.gaps import Gap
from streaminglab_page.kafka.message import Decode, Message, Wanted, undecoded
from streaminglab_page.kafka.reading import Task
from streaminglab_page.kafka.spans import Spans
from streaminglab_page.kafka.view import Place

KEPT = 50
TOPICS = 3
PARTITIONS = 500
SHOWN = 25
"""Of what came since the last look: nobody reads more in half a second."""
POLL_SECONDS = 0.5
UNREAD = 10


class Bounds(Protocol):
    """Where partitions end."""

    async def offsets(self, places: list[Place], *, first: bool) -> dict[Place, int]:
        """Offsets; one that has no leader is left out. Raises CannotAsk."""


class Reads(Protocol):
    """Who reads."""

    async def read(self, task: Task) -> Seen:
        """What a task asks for. Raises CannotAsk."""


class Follower:
    """One topic. ``count``: how many messages have come; the newest are in ``since``.

    ``beyond``: partitions that are not followed; ``unread``: the last that cannot be read.
    """

    def __init__(self, topic: str, bell: Bell, decode: Decode = undecoded, beyond: int = 0) -> None:
        self.topic, self._bell, self._decode, self.beyond = topic, bell, decode, beyond
        self._kept: deque[tuple[int, Message]] = deque(maxlen=KEPT)
        self.count, self.browsers = 0, 0
        self.trouble = ""
        self.unread: deque[Gap] = deque(maxlen=UNREAD)

    def since(self, count: int) -> list[Message]:
        """What has come since, the oldest first, as far as it was kept."""
        return [one for number, one in self._kept if number > count]

    async def take(self, seen: Seen, more: int) -> None:
        """What came, which may have to be decoded first, and so many more before it."""
        self.unread.extend(seen.unread)
        self.hear(await self._decode(seen.messages), more, news=bool(seen.unread))

    def hear(
        self, messages: list[Message], more: int, trouble: str = "", *, news: bool = False
    ) -> None:
        """Messages came, and so many more before them that are not shown."""
        self.count += more
        for one in messages:
            self.count += 1
            self._kept.append((self.count, one))
        if messages or news or trouble != self.trouble:
            self.trouble = trouble
            self._bell.ring()


class Tail:
    """Where a topic has been followed to. ``at``: by partition; one that is not known yet is not
    looked back at."""

    def __init__(self, topic: str, partitions: int) -> None:
        self._places = [(topic, number) for number in range(partitions)]
        self._topic, self._at = topic, dict[int, int]()

    async def next(self, ends: Bounds, reads: Reads) -> tuple[Seen, int]:
        """What has come since, and how many before it are left out. Raises CannotAsk."""
        told = await ends.offsets(self._places, first=False)
        now = {number: end for (_, number), end in told.items()}
        spans, before = self._new(now)
        self._at |= now
        seen = await reads.read(Task(self._topic, spans, Wanted(), SHOWN)) if spans else Seen()
        # What was not read in time is read with what comes next.
        self._at |= {number: first for number, (first, _) in seen.left.items()}
        return seen, before + max(0, seen.read - len(seen.messages))

    def _new(self, now: dict[int, int]) -> tuple[Spans, int]:
        """Spans of what came, the last of it: no more of a partition than is shown."""
        spans, before = Spans(), 0
        for number, end in now.items():
            # Of a topic that was made anew meanwhile, everything came since.
            at = self._at.get(number, end)
            first = max(at if at <= end else 0, end - SHOWN)
            if first < end:
                spans[number] = (first, end)
                before += max(0, first - at)
        return spans, before


class Followers:
    """The topics that are followed now."""

    def __init__(self, ends: Bounds, reads: Reads, bell: Bell, decode: Decode = undecoded) -> None:
        self._ends, self._reads, self._bell, self._decode = ends, reads, bell, decode
        self._all: dict[str, tuple[Follower, asyncio.Task[None]]] = {}

    @contextmanager
    def follow(self, topic: str, partitions: int) -> Iterator[Follower | None]:
        """A follower of a topic; None when there are too many topics already."""
        if topic not in self._all and len(self._all) >= TOPICS:
            yield None
            return
        if topic not in self._all:
            self._begin(topic, partitions)
        follower, running = self._all[topic]
        follower.browsers += 1
        try:
            yield follower
        finally:
            follower.browsers -= 1
            if not follower.browsers:
                del self._all[topic]
                running.cancel()

    def _begin(self, topic: str, partitions: int) -> None:
        read = min(partitions, PARTITIONS)
        follower = Follower(topic, self._bell, self._decode, partitions - read)
        running = asyncio.create_task(self._run(follower, Tail(topic, read)))
        self._all[topic] = follower, running

    async def _run(self, follower: Follower, tail: Tail) -> None:
        while True:
            try:
                seen, more = await tail.next(self._ends, self._reads)
                await follower.take(seen, more)
            except CannotAsk as error:
                follower.hear([], 0, str(error))
            await asyncio.sleep(POLL_SECONDS)
