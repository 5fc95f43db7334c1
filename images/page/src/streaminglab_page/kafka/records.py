"""Questions about messages: where to read, reading, writing. Few at a time, for memory's sake."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.cluster import Cluster
from streaminglab_page.kafka.message import Decode, Filter, Wanted, undecoded
from streaminglab_page.kafka.reading import Found, Task, read
from streaminglab_page.kafka.spans import MESSAGES, Ends, Plan, Spans, after, newest, whole
from streaminglab_page.kafka.writing import Draft, write

AT_ONCE = 2
PARTITIONS = 2000


@dataclass(frozen=True, slots=True)
class Question:
    """What to read of a topic.

    - ``partition``: that one alone; -1: all
    - ``start``: ``newest``, ``first``, ``offset`` or ``time``, and ``at`` which (milliseconds)
    - ``wanted``: which messages; some of them make it a search
    - ``goes_on``: where a search goes on, by partition
    """

    topic: str
    partition: int = -1
    start: str = "newest"
    at: int = 0
    wanted: Wanted = field(default_factory=Wanted)
    goes_on: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """``left``: how many messages a search has not looked at; ``goes_on``: where they begin."""

    found: Found
    partitions: int
    left_out: int
    left: int = 0
    goes_on: Mapping[int, int] = field(default_factory=dict)


class Records:
    """Messages of a cluster."""

    def __init__(self, servers: str, cluster: Cluster, decode: Decode = undecoded) -> None:
        self._servers, self._cluster, self._decode = servers, cluster, decode
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def read(self, question: Question, partitions: int) -> Answer:
        """Answer a question about a topic with so many partitions. Raises CannotAsk."""
        numbers = range(min(partitions, PARTITIONS))
        if question.partition >= 0:
            numbers = range(question.partition, question.partition + 1)
        beyond = 0 if question.partition >= 0 else partitions - len(numbers)
        async with self._turns:
            ends = await self._ends(question.topic, numbers)
            plan = await self._plan(question, ends)
            task = Task(question.topic, plan.spans, question.wanted, MESSAGES)
            found = await asyncio.to_thread(read, self._servers, task)
        found.messages = await self._decode(found.messages)
        goes_on = {p: first for p, (first, _) in found.left.items()}
        left = sum(end - first for first, end in found.left.values())
        return Answer(found, len(plan.spans), plan.left_out + beyond, left, goes_on)

    async def scan(self, topic: str, spans: Spans, passing: Filter) -> Spans:
        """Show messages to a filter, and keep none; what was left of the spans for another time."""
        async with self._turns:
            task = Task(topic, spans, passing, 0)
            return (await asyncio.to_thread(read, self._servers, task)).left

    async def write(self, draft: Draft) -> tuple[int, int]:
        """Partition and offset of what was written. Raises CannotAsk."""
        async with self._turns:
            return await asyncio.to_thread(write, self._servers, draft)

    async def _ends(self, topic: str, numbers: range) -> Ends:
        places = [(topic, number) for number in numbers]
        first = await self._cluster.offsets(places, first=True)
        end = await self._cluster.offsets(places, first=False)
        if not end:
            raise CannotAsk("none of its partitions has a leader, or there is no such partition")
        return {number: (first.get((t, number), 0), last) for (t, number), last in end.items()}

    async def _plan(self, question: Question, ends: Ends) -> Plan:
        if question.goes_on is not None:
            return whole(ends, question.goes_on)
        starts = await self._starts(question, ends)
        if not question.wanted.all:
            return whole(ends, starts)
        return newest(ends) if question.start == "newest" else after(ends, starts)

    async def _starts(self, question: Question, ends: Ends) -> dict[int, int]:
        if question.start == "time":
            places = [(question.topic, number) for number in ends]
            found = await self._cluster.offsets_since(places, question.at)
            return {number: offset for (_, number), offset in found.items()}
        return dict.fromkeys(ends, question.at if question.start == "offset" else 0)


def beside_messages(answer: Answer) -> dict[str, Any]:
    """An answer as a browser gets it, but for its messages."""
    return {
        "read": answer.found.read,
        "partitions": answer.partitions,
        "left_out": answer.left_out,
        "left": answer.left,
        "goes_on": {str(p): offset for p, offset in answer.goes_on.items()},
    }
