"""Messages that checks look for, each read once: a round goes on where the last one ended.

What one round reads is bounded (`kafka.reading`); a check that looks at a topic for the first time
has it read again from the moment on when the exercises began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from streaminglab_page.exercises.facts import Beginning, Marks
from streaminglab_page.kafka.message import Filter, Raw
from streaminglab_page.kafka.spans import Spans
from streaminglab_page.kafka.view import Layout, Place

PARTITIONS = 256
"""Of one topic that are read."""


class Sought(Protocol):
    """What a check looks for. Hashable."""

    def in_topic(self, spec: Mapping[str, Any]) -> str:
        """Where, in a lab with a spec."""

    def fits(self, raw: Raw) -> bool:
        """Whether a message is one of those."""


class Offsets(Protocol):
    """Where messages lie. Everything raises CannotAsk."""

    async def offsets(self, places: list[Place], *, first: bool) -> dict[Place, int]:
        """Offsets of partitions."""

    async def offsets_since(self, places: list[Place], milliseconds: int) -> dict[Place, int]:
        """The first offsets that are not older; -1: there is none."""


class Messages(Protocol):
    """Where messages are read. It raises CannotAsk."""

    async def scan(self, topic: str, spans: Spans, passing: Filter) -> Spans:
        """Show messages to a filter; what was left of the spans."""


@dataclass(slots=True)
class Tally:
    """Counts what fits; to a reader it is a filter that keeps nothing."""

    counts: dict[Any, int]
    all: bool = field(default=False, init=False)

    def __call__(self, raw: Raw) -> bool:
        for check in self.counts:
            self.counts[check] += bool(check.fits(raw))
        return False

    def noted(self) -> list[int]:
        """The counts, in the order of the checks."""
        return list(self.counts.values())

    def note(self, noted: list[int]) -> None:
        """Take over the counts."""
        self.counts = dict(zip(self.counts, noted, strict=True))


@dataclass(slots=True)
class _Reading:
    """One topic: where each partition goes on, and what was counted."""

    tally: Tally
    goes_on: dict[int, int] = field(default_factory=dict)


class Scanner:
    """``count`` is called again and again with the checks that are still open."""

    def __init__(self, offsets: Offsets, messages: Messages) -> None:
        self._offsets, self._messages = offsets, messages
        self._topics: dict[str, _Reading] = {}
        self._marks: dict[str, tuple[int, ...]] = {}

    @property
    def marks(self) -> Marks:
        """Where topics stood when the exercises began, as far as that is known by now."""
        return dict(self._marks)

    async def count(
        self, checks: Iterable[Sought], layout: Layout, spec: Mapping[str, Any], since: Beginning
    ) -> dict[Any, int]:
        """By check, how many messages fit since the exercises began. Raises CannotAsk."""
        self._marks = {**since.marks, **self._marks}
        wanted: dict[str, list[Sought]] = {}
        for check in checks:
            wanted.setdefault(check.in_topic(spec), []).append(check)
        self._topics = {name: found for name, found in self._topics.items() if name in wanted}
        counts: dict[Any, int] = {}
        for topic, sought in wanted.items():
            known = layout.topic(topic)
            if known is None:
                # One that is made again under this name begins anew. While Kafka has not answered
                # yet nobody knows what is there.
                if layout.brokers and topic:
                    self._topics.pop(topic, None)
                    self._marks[topic] = ()
            else:
                counts |= await self._topic(topic, sought, known.places()[:PARTITIONS], since)
        return counts

    async def _topic(
        self, topic: str, checks: list[Sought], places: list[Place], since: Beginning
    ) -> dict[Any, int]:
        reading = self._topics.get(topic)
        if reading is None or any(check not in reading.tally.counts for check in checks):
            reading = self._topics[topic] = _Reading(Tally(dict.fromkeys(checks, 0)))
        reading.tally.counts = {check: reading.tally.counts[check] for check in checks}
        ends = await self._offsets.offsets(places, first=False)
        there = [place for place in places if place in ends]
        await self._mark(topic, places, ends, since)
        self._start(reading, there, ends)
        spans = {
            number: (at, ends[topic, number])
            for number, at in reading.goes_on.items()
            if at < ends.get((topic, number), 0)
        }
        if spans:
            left = await self._messages.scan(topic, spans, reading.tally)
            for number, (_, end) in spans.items():
                reading.goes_on[number] = left[number][0] if number in left else end
        return reading.tally.counts

    async def _mark(
        self, topic: str, places: list[Place], ends: Mapping[Place, int], since: Beginning
    ) -> None:
        """Where a topic stood when the exercises began, looked up once.

        By the clock only where nothing better is known: a message's time is what its producer says,
        and may be long before the message.
        """
        if topic in self._marks:
            return
        if since.with_lab:
            self._marks[topic] = ()
        elif len(ends) == len(places):
            found = await self._offsets.offsets_since(places, since.seconds * 1000)
            at = {place: found.get(place, -1) for place in places}
            numbers = [ends[place] if at[place] < 0 else at[place] for place in places]
            self._marks[topic] = tuple(numbers)

    def _start(self, reading: _Reading, places: list[Place], ends: Mapping[Place, int]) -> None:
        """Where a partition begins that was not read yet, or that is shorter than it was."""
        for topic, number in places:
            mark, end = self._marks.get(topic), ends[topic, number]
            if mark is None or reading.goes_on.get(number, end + 1) <= end:
                continue
            stood = mark[number] if number < len(mark) else 0
            # Of a topic that was made anew meanwhile everything counts.
            reading.goes_on[number] = stood if stood <= end else 0
