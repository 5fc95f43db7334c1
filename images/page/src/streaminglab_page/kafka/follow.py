"""Messages of a topic as they come: one reader for all browsers that follow the same.

No consumer waits for them: the brokers are asked for the ends, and what has come since is read as
any other messages are. So whatever comes ends no follower. Of all messages the last ones are read;
for a key or a text each of them is, as in a search.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from streaminglab_page.bell import Bell
from streaminglab_page.kafka.apart import Seen
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.gaps import Gap
from streaminglab_page.kafka.message import Counted, Decode, Message, Wanted, undecoded
from streaminglab_page.kafka.reading import Task
from streaminglab_page.kafka.spans import Spans
from streaminglab_page.kafka.view import Place
from streaminglab_page.own import Own

KEPT = 50
MOST = 3
"""Different things that are followed at once."""
PARTITIONS = 500
SHOWN = 25
"""Of what came since the last look: nobody reads more in half a second."""
POLL_SECONDS = 0.5
UNREAD = 10
EVERYTHING = 2**53


class Bounds(Protocol):
    """Where partitions end."""

    async def offsets(self, places: list[Place], *, first: bool) -> dict[Place, int]:
        """Offsets; one that has no leader is left out. Raises CannotAsk."""


class Reads(Protocol):
    """Who reads."""

    async def read(self, task: Task) -> Seen:
        """What a task asks for. Raises CannotAsk."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is followed: a topic, or one ``partition`` of it, and which of its messages."""

    topic: str
    partition: int = -1
    wanted: Wanted = field(default_factory=Wanted)


class Follower:
    """``count``: how many messages have come; the newest are in ``since``.

    ``beyond``: partitions that are not followed; ``unread``: the last that cannot be read.
    ``looked``: how many were looked at, ``behind``: how many are not yet; all of them are the same.
    """

    def __init__(self, bell: Bell, decode: Decode = undecoded, beyond: int = 0) -> None:
        self._bell, self._decode, self.beyond = bell, decode, beyond
        self._kept: deque[tuple[int, Message]] = deque(maxlen=KEPT)
        self.count, self.browsers = 0, 0
        self.looked, self.behind = 0, 0
        self.trouble = ""
        self.unread: deque[Gap] = deque(maxlen=UNREAD)

    def since(self, count: int) -> list[Message]:
        """What has come since, the oldest first, as far as it was kept."""
        return [one for number, one in self._kept if number > count]

    async def take(self, seen: Seen, more: int) -> None:
        """What came, which may have to be decoded first, and so many more before it."""
        self.unread.extend(seen.unread)
        self.looked += seen.read
        self.behind = sum(end - first for first, end in seen.left.values())
        news = bool(seen.unread or seen.read)
        self.hear(await self._decode(seen.messages), more, news=news)

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
    """Where a topic has been followed to, by partition; one that is not known yet is not looked
    back at. ``numbers``: of the partitions."""

    def __init__(self, subject: Subject, numbers: range) -> None:
        self._places = [(subject.topic, number) for number in numbers]
        self._subject, self._at = subject, dict[int, int]()

    async def next(self, ends: Bounds, reads: Reads) -> tuple[Seen, int]:
        """What has come since, and how many before it are left out. Raises CannotAsk."""
        told = await ends.offsets(self._places, first=False)
        if not told:
            raise CannotAsk(Own.NOBODY)
        now = {number: end for (_, number), end in told.items()}
        spans, before = self._new(now)
        self._at |= now
        counted = Counted(self._subject.wanted)
        task = Task(self._subject.topic, spans, counted, SHOWN)
        seen = await reads.read(task) if spans else Seen()
        # What was not read in time is read with what comes next.
        self._at |= {number: first for number, (first, _) in seen.left.items()}
        return seen, before + max(0, counted.count - len(seen.messages))

    def _new(self, now: dict[int, int]) -> tuple[Spans, int]:
        """Spans of what came. Of all messages the last: no more of a partition than is shown."""
        spans, before = Spans(), 0
        most = SHOWN if self._subject.wanted.all else EVERYTHING
        for number, end in now.items():
            # Of a topic that was made anew meanwhile, everything came since.
            at = self._at.get(number, end)
            first = max(at if at <= end else 0, end - most)
            if first < end:
                spans[number] = (first, end)
                before += max(0, first - at)
        return spans, before


class Followers:
    """What is followed now."""

    def __init__(self, ends: Bounds, reads: Reads, bell: Bell, decode: Decode = undecoded) -> None:
        self._ends, self._reads, self._bell, self._decode = ends, reads, bell, decode
        self._all: dict[Subject, tuple[Follower, asyncio.Task[None]]] = {}

    @contextmanager
    def follow(self, wanted: Subject, partitions: int) -> Iterator[Follower | None]:
        """A follower; None when there are too many already. ``partitions``: of the topic."""
        if wanted not in self._all and len(self._all) >= MOST:
            yield None
            return
        if wanted not in self._all:
            self._begin(wanted, partitions)
        follower, running = self._all[wanted]
        follower.browsers += 1
        try:
            yield follower
        finally:
            follower.browsers -= 1
            if not follower.browsers:
                del self._all[wanted]
                running.cancel()

    def _begin(self, wanted: Subject, partitions: int) -> None:
        numbers, one = range(min(partitions, PARTITIONS)), wanted.partition
        if one >= 0:
            numbers = range(one, one + 1)
        beyond = 0 if one >= 0 else partitions - len(numbers)
        follower = Follower(self._bell, self._decode, beyond)
        running = asyncio.create_task(self._run(follower, Tail(wanted, numbers)))
        self._all[wanted] = follower, running

    async def _run(self, follower: Follower, tail: Tail) -> None:
        while True:
            try:
                seen, more = await tail.next(self._ends, self._reads)
                await follower.take(seen, more)
            except CannotAsk as error:
                follower.hear([], 0, str(error))
            await asyncio.sleep(POLL_SECONDS)
