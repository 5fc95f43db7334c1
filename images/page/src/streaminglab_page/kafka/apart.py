"""Messages, read by a process apart, whatever a topic holds.

A task by which that process ends is halved until one partition is left, and that one is read batch
by batch: what it ends by then cannot be read, is told with its offsets, and is stepped over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Protocol

from streaminglab_base.clock import Clock
from streaminglab_page.bounded import LONG, text
from streaminglab_page.helper import Ended, Ending, Helper
from streaminglab_page.kafka.batches import Batch, batch_at
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.gaps import TOLD, Gap, GapCause, Gaps
from streaminglab_page.kafka.message import Message
from streaminglab_page.kafka.reading import LARGEST_ANSWER, Task, newest
from streaminglab_page.kafka.spans import Spans
from streaminglab_page.kafka.wire import found_of, pack_task

SECONDS = 12.0
"""For one question: then nothing else is begun, but for a question that has not got on at all."""
ANSWER_SECONDS = 15.0
"""By the clock; by the processor's it has less (`kafka.child`)."""
TRIES = 2
"""By which a batch has to end the process before it is blamed: all but the first are patient."""
CAUSES = {
    Ending.FAULT: GapCause.MEMORY,
    Ending.BURNT: GapCause.TIME,
    Ending.LATE: GapCause.TIME,
}
LONGEST = 16 * 2**20
"""Bytes of an answer: fifty messages, each with all that is left to be decoded."""
CLOCK = Clock()


class Leaders(Protocol):
    """Who leads the partitions of a topic."""

    async def leaders(self, topic: str) -> dict[int, tuple[str, int]]:
        """Their brokers' hosts and ports. Raises CannotAsk."""


@dataclass(slots=True)
class Seen:
    """What was read; ``unread``: what cannot be."""

    messages: list[Message] = field(default_factory=list)
    read: int = 0
    left: Spans = field(default_factory=dict)
    unread: list[Gap] = field(default_factory=list)

    def add(self, other: Seen, keep: int) -> None:
        """Some more."""
        self.messages = newest([*self.messages, *other.messages], keep) if keep else []
        self.read += other.read
        self.left |= other.left
        self.unread = [*self.unread, *other.unread][:TOLD]


@dataclass(slots=True)
class _Time:
    """What a question may take."""

    clock: Callable[[], float]
    until: float
    got_on: bool = False

    def over(self) -> bool:
        """Whether it is time to answer. Whoever has not got on would be asked the same again."""
        return self.got_on and self.clock() > self.until


class Apart:
    """Reads for everybody. ``turn``: of all that a process apart is for, one after the other."""

    def __init__(
        self,
        servers: str,
        leaders: Leaders,
        turn: asyncio.Lock | None = None,
        clock: Callable[[], float] = CLOCK.monotonic,
    ) -> None:
        self._helper = Helper("streaminglab_page.kafka.child", servers, longest=LONGEST)
        self._leaders, self._turn, self._clock = leaders, turn or asyncio.Lock(), clock
        self._known = Gaps()

    async def close(self) -> None:
        """End the process."""
        await self._helper.close()

    async def read(self, task: Task) -> Seen:
        """What a task asks for, in the order of time. Raises CannotAsk."""
        time = _Time(self._clock, self._clock() + SECONDS)
        near = {p: span for p, span in task.spans.items() if self._known.near(task.topic, p, span)}
        far = {p: span for p, span in task.spans.items() if p not in near}
        seen = await self._quick(replace(task, spans=far), time)
        for one in _each(replace(task, spans=near)):
            seen.add(await self._careful(one, time), task.keep)
        return seen

    async def _quick(self, task: Task, time: _Time) -> Seen:
        """All partitions at once."""
        if not task.spans or time.over():
            return Seen(left=dict(task.spans))
        try:
            seen, stuck = await self._ask(task)
        except Ended:
            if len(task.spans) == 1:
                ((number, (first, _)),) = task.spans.items()
                self._known.suspect(task.topic, number, first)
                return await self._careful(task, time)
            seen = Seen()
            for half in _halves(task):
                seen.add(await self._quick(half, time), task.keep)
            return seen
        time.got_on = True
        for number in stuck:
            one = replace(task, spans={number: seen.left.pop(number)})
            seen.add(await self._careful(one, time), task.keep)
        return seen

    async def _careful(self, task: Task, time: _Time) -> Seen:
        """One partition, batch by batch."""
        ((number, (first, end)),) = task.spans.items()
        seen = Seen()
        leaders = await self._leaders.leaders(task.topic)
        while first < end:
            known = self._known.at(task.topic, number, first)
            if known:
                seen.unread.append(known)
                first = known.last + 1
                continue
            if time.over() or number not in leaders:
                break
            batch = await batch_at(*leaders[number], task.topic, number, first)
            if batch is None:
                break
            stop = max(first, batch.last) + 1
            one = replace(task, spans={number: (first, min(end, stop))}, alone=True)
            of_batch = await self._batch(one, batch)
            seen.add(of_batch, task.keep)
            if of_batch.left:
                break  # Nothing is known of it: another time.
            first, time.got_on = stop, True
        seen.left = {number: (first, end)} if first < end else {}
        return seen

    async def _batch(self, task: Task, batch: Batch) -> Seen:
        (number,) = task.spans
        if batch.size > LARGEST_ANSWER:
            return self._blamed(task.topic, number, batch, GapCause.LARGE)
        try:
            seen, stuck = await self._tried(task)
        except Ended as ended:
            return await self._of_ended(task, batch, ended.by)
        if number in stuck:
            if not stuck[number] and batch.transactional:
                return Seen()  # Batches that an aborted transaction wrote: there is nothing to see.
            return self._blamed(task.topic, number, batch, GapCause.BROKEN, stuck[number])
        return seen

    async def _of_ended(self, task: Task, batch: Batch, by: Ending) -> Seen:
        (number,) = task.spans
        if by is Ending.LATE and not self._known.late(task.topic, number, batch.first):
            return Seen(left=dict(task.spans))
        if batch.transactional and await self._survives(task):
            return Seen()  # Nothing in it is committed, so that what is behind it was fetched.
        return self._blamed(task.topic, number, batch, CAUSES[by])

    async def _tried(self, task: Task) -> tuple[Seen, dict[int, str]]:
        """Again where the process ends: Kafka's client may have begun with the next batch, which
        is then the one that ended it. Who is patient has it not begin."""
        for number in range(TRIES - 1):
            with suppress(Ended):
                return await self._ask(replace(task, patient=number > 0))
        return await self._ask(replace(task, patient=True))

    async def _survives(self, task: Task) -> bool:
        nothing = replace(task, committed=False, keep=0)
        try:
            await self._exchange(nothing)
        except Ended:
            return False
        return True

    def _blamed(
        self, topic: str, number: int, batch: Batch, cause: GapCause, detail: str = ""
    ) -> Seen:
        told = text(detail, LONG)
        one = Gap(number, batch.first, batch.last, cause, batch.size, batch.codec, told)
        if cause is not GapCause.BROKEN or detail:
            self._known.add(topic, one)
        return Seen(unread=[one])

    async def _ask(self, task: Task) -> tuple[Seen, dict[int, str]]:
        """What is seen, and the partitions that do not go on. Raises CannotAsk and Ended."""
        seen, stuck, noted = await self._exchange(task)
        task.wanted.note(noted)
        return seen, stuck

    async def _exchange(self, task: Task) -> tuple[Seen, dict[int, str], list[int]]:
        async with self._turn:
            line = await self._helper.ask(pack_task(task), ANSWER_SECONDS)
        if "refused" in line:
            raise CannotAsk(text(line["refused"], LONG))
        try:
            found, noted = found_of(line)
        except (KeyError, TypeError, ValueError) as error:
            raise Ended from error
        stuck = {p: words for p, words in found.stuck.items() if p in found.left}
        return Seen(found.messages, found.read, found.left), stuck, noted


def _halves(task: Task) -> list[Task]:
    spans, half = iter(task.spans.items()), len(task.spans) // 2
    return [replace(task, spans=dict(islice(spans, half))), replace(task, spans=dict(spans))]


def _each(task: Task) -> list[Task]:
    return [replace(task, spans={number: span}) for number, span in task.spans.items()]
