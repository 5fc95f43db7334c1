"""The one reader of Kafka for all browsers: what it costs the brokers does not grow with them.

While somebody looks it asks for everything every two seconds, and for the layout alone otherwise,
so that what happened before he came is in the timeline.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import chain, islice
from typing import Any, Protocol

from streaminglab_base.clock import Clock
from streaminglab_page.answered import answered
from streaminglab_page.bell import Bell
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.picture import Known, picture, wanted
from streaminglab_page.kafka.rates import Rates
from streaminglab_page.kafka.timeline import KEPT, Change, Timeline
from streaminglab_page.kafka.view import Disk, Group, Layout, Look, Place, Topic

log = logging.getLogger(__name__)

LOOKED_AT_SECONDS = 2.0
ALONE_SECONDS = 5.0
DISK_SECONDS = 10.0
"""Disks fill slowly, and a broker tells of all that it holds."""
MOST_GROUPS = 40
MOST_PLACES = 1500
"""Partitions whose offsets are asked for; those that are looked at come first."""
TIMELINE = 100
LOOKS = 32
"""Different looks whose text is kept until something is new."""
CLOCK = Clock()


class Brokers(Protocol):
    """Whom the reader asks. Everything raises CannotAsk."""

    async def layout(self) -> Layout:
        """Brokers, topics, partitions."""

    async def controller(self) -> int:
        """The broker that leads the quorum; -1: not known."""

    async def groups(self, brokers: Sequence[int], most: int) -> tuple[list[Group], int]:
        """Some groups, and how many more there are."""

    async def offsets(self, places: list[Place], *, first: bool) -> dict[Place, int]:
        """Offsets of partitions."""

    async def disk(self, places: Collection[Place]) -> Disk:
        """Bytes on disk."""


class Reader:
    """``run`` keeps it true; ``text`` is what a browser gets."""

    def __init__(self, kafka: Brokers, bell: Bell, time: Callable[[], float] = CLOCK.time) -> None:
        self._kafka, self._bell, self._time = kafka, bell, time
        self._known, self._timeline, self._rates = Known(), Timeline(), Rates()
        self._trouble: str | None = None
        self._disk_read = 0.0
        self._looks: Counter[Look] = Counter()
        self._called = asyncio.Event()
        self._again = asyncio.Lock()
        self._texts: dict[Look, str] = {}
        self.version = 0
        self.seen = False

    @property
    def known(self) -> Known:
        """What was read last."""
        return self._known

    async def topic(self, name: str) -> Topic | None:
        """One topic. Kafka is asked again where it is not known, because it may be just made, by
        one question at a time. Raises CannotAsk."""
        if found := self._known.layout.topic(name):
            return found
        async with self._again:
            return self._known.layout.topic(name) or (await self._kafka.layout()).topic(name)

    def changes(self, since: int) -> tuple[Change, ...]:
        """What happened since a moment (seconds since 1970), the oldest first."""
        return tuple(c for c in reversed(self._timeline.newest(KEPT)) if c.at >= since)

    @contextmanager
    def looked_at(self, look: Look) -> Iterator[None]:
        """Somebody looks, until the end."""
        self._looks[look] += 1
        self._called.set()
        try:
            yield
        finally:
            self._looks[look] -= 1
            self._looks += Counter()  # without those that nobody has any more

    def text(self, look: Look) -> str:
        """What a look shows now as JSON, made once for all who look the same way."""
        if look not in self._texts:
            if len(self._texts) >= LOOKS:
                self._texts.clear()
            self._texts[look] = json.dumps(self.news(look))
        return self._texts[look]

    def news(self, look: Look) -> dict[str, Any]:
        """What a look shows now."""
        return {
            **picture(self._known, look),
            "trouble": self._trouble,
            "seen": self.seen,
            "since": self._timeline.since,
            "timeline": [asdict(c) for c in self._timeline.newest(TIMELINE, look.topic)],
        }

    async def run(self) -> None:
        """For ever."""
        while True:
            await self.read()
            self._called.clear()
            if self._looks:
                await asyncio.sleep(LOOKED_AT_SECONDS)
                continue
            try:
                await asyncio.wait_for(self._called.wait(), ALONE_SECONDS)
            except TimeoutError:
                continue

    async def read(self) -> None:
        """Once: the layout, and the rest if somebody looks."""
        try:
            layout = await self._kafka.layout()
            changed = self._timeline.see(layout, int(self._time()))
            known = replace(self._known, layout=replace(layout, controller=-1))
            if self._looks:
                known = await self._closely(layout)
            self._set(known, None, changed)
        except CannotAsk as error:
            if self._trouble is None:
                log.warning("Kafka cannot be read: %s", error)
            self._set(self._known, str(error), changed=False)

    async def _closely(self, layout: Layout) -> Known:
        """All there is. Who does not answer one question costs what that one would have told: just
        when a broker goes, its coordinators and its disks do not, and the others are looked at."""
        unread, before = dict[str, str](), self._known
        known_groups = before.groups, before.more_groups
        controller, (groups, more) = await asyncio.gather(
            answered(self._kafka.controller(), -1, {}, "controller", CannotAsk),
            answered(self._groups(layout), known_groups, unread, "groups", CannotAsk),
        )
        layout = replace(layout, controller=controller)
        places = self._places(layout, groups)
        end, first, disk = await asyncio.gather(
            answered(self._kafka.offsets(places, first=False), {}, unread, "offsets", CannotAsk),
            answered(self._kafka.offsets(places, first=True), {}, unread, "offsets", CannotAsk),
            self._disk(set(places), unread),
        )
        rates = self._rates.see(end, self._time()) if end else {}
        return Known(layout, groups, more, first, end, rates, unread, disk)

    async def _groups(self, layout: Layout) -> tuple[tuple[Group, ...], int]:
        found, more = await self._kafka.groups(sorted(layout.brokers), MOST_GROUPS)
        return tuple(found), more

    async def _disk(self, places: Collection[Place], unread: dict[str, str]) -> Disk:
        if 0 <= self._time() - self._disk_read < DISK_SECONDS:
            if why := self._known.unread.get("sizes"):
                unread["sizes"] = why
            return self._known.disk
        self._disk_read = self._time()
        return await answered(self._kafka.disk(places), Disk(), unread, "sizes", CannotAsk)

    def _places(self, layout: Layout, groups: Sequence[Group]) -> list[Place]:
        """Partitions to ask for, each once: of the topics looked at, the groups, all others."""
        looked = (layout.topic(look.topic) for look in self._looks if look.topic)
        shown = (topic for look in self._looks for topic in wanted(layout, look))
        everything = chain(
            (place for topic in looked if topic for place in topic.places()),
            (place for group in groups for place in group.places()),
            (place for topic in shown for place in topic.places()),
        )
        led = {(t.name, p.number) for t in layout.topics for p in t.partitions if p.leader >= 0}
        return list(islice((p for p in dict.fromkeys(everything) if p in led), MOST_PLACES))

    def _set(self, known: Known, trouble: str | None, changed: bool) -> None:
        news = (known, trouble) != (self._known, self._trouble) or changed or not self.seen
        self._known, self._trouble = known, trouble
        self.seen = self.seen or trouble is None
        if news:
            self._texts.clear()
            self.version += 1
            self._bell.ring()
