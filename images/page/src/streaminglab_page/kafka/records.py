"""Questions about messages: where to read, reading, writing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from streaminglab_page.kafka.apart import Apart, Seen
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.cluster import Cluster
from streaminglab_page.kafka.message import Decode, Filter, Wanted, undecoded
from streaminglab_page.kafka.reading import Task
from streaminglab_page.kafka.spans import MESSAGES, Ends, Plan, Spans, after, before, newest, whole
from streaminglab_page.kafka.writing import Draft, write
from streaminglab_page.own import Own

FURTHER = (10, 10)
"""How many times as far back the newest are looked for, again and again."""
WRITES = 2
"""At once: each has a producer of its own."""
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

    found: Seen
    partitions: int
    left_out: int
    left: int = 0
    goes_on: Mapping[int, int] = field(default_factory=dict)


class Records:
    """Messages of a cluster."""

    def __init__(
        self, servers: str, cluster: Cluster, apart: Apart, decode: Decode = undecoded
    ) -> None:
        self._servers, self._cluster, self._apart, self._decode = servers, cluster, apart, decode
        self._writes = asyncio.Semaphore(WRITES)

    async def read(self, question: Question, partitions: int) -> Answer:
        """Answer a question about a topic with so many partitions. Raises CannotAsk."""
        numbers = range(min(partitions, PARTITIONS))
        if question.partition >= 0:
            numbers = range(question.partition, question.partition + 1)
        beyond = 0 if question.partition >= 0 else partitions - len(numbers)
        ends = await self._ends(question.topic, numbers)
        plan = await self._plan(question, ends)
        found = await self._read(question, plan.spans, ends)
        found.messages = await self._decode(found.messages)
        goes_on = {p: first for p, (first, _) in found.left.items()}
        left = sum(end - first for first, end in found.left.values())
        return Answer(found, len(plan.spans), plan.left_out + beyond, left, goes_on)

    async def _read(self, question: Question, spans: Spans, ends: Ends) -> Seen:
        """What lies there; of the newest, some more before it where many offsets are no messages:
        marks and what was aborted of transactions, or what compaction has taken."""
        task = Task(question.topic, spans, question.wanted, MESSAGES)
        seen = last = await self._apart.read(task)
        for times in FURTHER if question.wanted.all and question.start == "newest" else ():
            offsets = sum(end - first for first, end in spans.values())
            if seen.left or len(seen.messages) >= MESSAGES or last.read == offsets:
                break
            spans = before(ends, spans, times)
            last = await self._apart.read(replace(task, spans=spans))
            seen.add(last, MESSAGES)
        return seen

    async def scan(self, topic: str, spans: Spans, passing: Filter) -> Spans:
        """Show messages to a filter, and keep none; what was left of the spans for another time."""
        return (await self._apart.read(Task(topic, spans, passing, 0))).left

    async def write(self, draft: Draft) -> tuple[int, int]:
        """Partition and offset of what was written. Raises CannotAsk."""
        async with self._writes:
            return await asyncio.to_thread(write, self._servers, draft)

    async def _ends(self, topic: str, numbers: range) -> Ends:
        places = [(topic, number) for number in numbers]
        first = await self._cluster.offsets(places, first=True)
        end = await self._cluster.offsets(places, first=False)
        if not end:
            raise CannotAsk(Own.NOBODY)
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
        "unread": [one.as_json() for one in answer.found.unread],
        "goes_on": {str(p): offset for p, offset in answer.goes_on.items()},
    }
