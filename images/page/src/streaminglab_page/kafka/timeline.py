"""What happened to leaders and replicas, seen by comparing one layout with the one before. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from streaminglab_page.kafka.view import Layout, Topic

KEPT = 600
AT_ONCE = 200
"""Changes of one moment: a broker of thousands of partitions may go."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is another way than before.

    - ``at``: seconds since 1970, when it was seen
    - ``what``: ``broker_gone``, ``broker_back``, ``topic_made``, ``topic_gone``, ``leader``,
      ``isr``, ``partitions``, or ``more`` with the number of those that were left out
    - ``before``, ``after``: numbers of brokers; of partitions for ``partitions``
    """

    at: int
    what: str
    topic: str = ""
    partition: int = -1
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()


class Timeline:
    """The newest changes, within bounds. ``since``: from when on somebody has looked."""

    def __init__(self) -> None:
        self._before: Layout | None = None
        self._kept: deque[Change] = deque(maxlen=KEPT)
        self.since = 0

    def see(self, layout: Layout, at: int) -> bool:
        """Note what is new in a layout; whether anything is."""
        before, self._before = self._before, layout
        if before is None:
            self.since = at
            return False
        found = changes(before, layout, at)
        first = list(islice(found, AT_ONCE))
        left = sum(1 for _ in found)
        self._kept.extend(first)
        if left:
            self._kept.append(Change(at, "more", after=(left,)))
        return bool(first)

    def newest(self, most: int, topic: str = "") -> list[Change]:
        """The newest first; of one topic, and of the brokers, if one is named."""
        wanted = (c for c in reversed(self._kept) if not topic or c.topic in ("", topic))
        return list(islice(wanted, most))


def changes(before: Layout, after: Layout, at: int) -> Iterator[Change]:
    """What differs; Kafka's own topics are left out."""
    for gone in sorted(before.brokers.keys() - after.brokers.keys()):
        yield Change(at, "broker_gone", before=(gone,))
    for back in sorted(after.brokers.keys() - before.brokers.keys()):
        yield Change(at, "broker_back", after=(back,))
    old = {topic.name: topic for topic in before.topics if not topic.internal}
    new = {topic.name: topic for topic in after.topics if not topic.internal}
    for name in sorted(old.keys() | new.keys()):
        yield from _of_topic(old.get(name), new.get(name), at)


def _of_topic(old: Topic | None, new: Topic | None, at: int) -> Iterator[Change]:
    if old is None or new is None:
        if made := new or old:
            yield Change(at, "topic_made" if new else "topic_gone", made.name)
        return
    if old == new:
        return
    if len(old.partitions) != len(new.partitions):
        counts = (len(old.partitions),), (len(new.partitions),)
        yield Change(at, "partitions", new.name, before=counts[0], after=counts[1])
    known = {partition.number: partition for partition in old.partitions}
    for now in new.partitions:
        was = known.get(now.number)
        if was is None:
            continue
        if was.leader != now.leader:
            yield Change(at, "leader", new.name, now.number, (was.leader,), (now.leader,))
        if set(was.isr) != set(now.isr):
            yield Change(at, "isr", new.name, now.number, was.isr, now.isr)
