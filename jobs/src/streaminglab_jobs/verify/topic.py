"""Reading a topic from its start, then only what is new."""

from collections.abc import Callable
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from streaminglab_base.errors import Unavailable
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.kafka.clients import sorted_error
from streaminglab_jobs.kafka.partitions import Extent, extents, partitions
from streaminglab_jobs.points import Point
from streaminglab_jobs.verify.tally import Mine, everything

BATCH = 2_000
FIRST = 100
POLL_SECONDS = 0.05
REFRESH_POLLS = 40
SILENCE = 200

Parse = Callable[[bytes], Point | None]
Take = Callable[[Point, int], None]
"""Gets each point with the number of its partition."""


class TopicReader:
    """Follows all partitions of one topic, also those added meanwhile."""

    def __init__(
        self, consumer: Consumer, topic: str, parse: Parse, take: Take, mine: Mine = everything
    ) -> None:
        self._consumer = consumer
        self._mine = mine
        self._topic = topic
        self._parse = parse
        self._take = take
        self._next: dict[int, int] = {}
        self._at_end: set[int] = set()
        self._polls = 0
        self.foreign = 0

    def oldest_time(self, stopping: Stopping, retention: Callable[[], int]) -> int:
        """Time (ns) since which no record was deleted yet; 0 when none was.

        Only a partition that does not begin at 0 has lost records; then the first of its records
        that is ``mine`` says how far back the rest reaches. In one that has none, everything
        older than the topic's ``retention`` (ns) is gone.
        """
        cut = {p: e for p, e in extents(self._consumer, self._topic).items() if e.low > 0}
        oldest = 0
        for number, extent in cut.items():
            first = self._first_time(number, extent, stopping)
            oldest = max(oldest, stopping.clock.time_ns() - retention() if first is None else first)
        return oldest

    def ends(self) -> dict[int, int]:
        """The offset after the last record of each partition, asked from the brokers now.

        Raises Unavailable while a partition has no broker that could tell: a reader that hears
        nothing of it must not be taken for one that has read it to its end.
        """
        return {p: e.high for p, e in extents(self._consumer, self._topic).items()}

    def reached(self, ends: dict[int, int]) -> bool:
        """Whether every record before these offsets was read (or was deleted meanwhile)."""
        return all(self._next.get(p, 0) >= end for p, end in ends.items())

    def read_again(self, consumer: Consumer, take: Take, stopping: Stopping) -> None:
        """Call ``take`` with each point up to where this reader is, by a consumer of its own.

        Records that have come since may be among them. Raises Unavailable where Kafka hands out
        nothing any more.
        """
        other, ends, silent = TopicReader(consumer, self._topic, self._parse, take), self._next, 0
        while not other.reached(ends):
            before = dict(other._next)
            other.poll(stopping)
            silent = 0 if other._next != before else silent + 1
            if silent > SILENCE:
                raise Unavailable(f"Kafka hands out no more records of {self._topic!r}")

    def _first_time(self, partition: int, extent: Extent, stopping: Stopping) -> int | None:
        silent, following, found = 0, extent.low, None
        self._consumer.assign([TopicPartition(self._topic, partition, extent.low)])
        while found is None and following < extent.high:
            stopping.check()
            messages = self._consumer.consume(FIRST, timeout=POLL_SECONDS)
            silent = 0 if messages else silent + 1
            if silent > SILENCE:
                raise Unavailable(f"Kafka hands out no record of {self._topic}[{partition}]")
            for message in messages:
                # Compaction can leave no record before the end.
                following = extent.high if self._ended(message) else (message.offset() or 0) + 1
                found = self._mine_time(message) if found is None else found
        self._consumer.unassign()
        return found

    def poll(self, stopping: Stopping) -> bool:
        """Take what is new, a bounded while; True when the end of every partition was reached."""
        if self._polls % REFRESH_POLLS == 0:
            self._refresh()
        self._polls += 1
        while True:
            stopping.check()
            messages = self._consumer.consume(BATCH, timeout=POLL_SECONDS)
            self._take_all(messages)
            if len(messages) < BATCH:
                return len(self._at_end) == len(self._next)

    def _refresh(self) -> None:
        """Assign partitions that are new. Those known keep their place."""
        new = [p for p in partitions(self._consumer, self._topic) if p not in self._next]
        if not new:
            return
        self._next.update(dict.fromkeys(new, 0))
        self._at_end.clear()
        self._consumer.assign([TopicPartition(self._topic, p, o) for p, o in self._next.items()])

    def _take_all(self, messages: list[Message]) -> None:
        """The hot path: millions of records go through here."""
        parse, take, following = self._parse, self._take, self._next
        for message in messages:
            partition: Any = message.partition()
            offset: Any = message.offset()
            if message.error() is not None and self._ended(message):
                self._at_end.add(partition)
                # Deleted records leave a gap up to the end.
                following[partition] = max(following[partition], offset or 0)
                continue
            value = message.value()
            if offset < following[partition]:
                continue
            following[partition] = offset + 1
            point = None if value is None else parse(value)
            if point is None:
                self.foreign += 1
            else:
                take(point, partition)

    def _mine_time(self, message: Message) -> int | None:
        value = None if message.error() else message.value()
        point = None if value is None else self._parse(value)
        return point.time if point and self._mine(point.station, point.time) else None

    def _ended(self, message: Message) -> bool:
        error = message.error()
        if error is None:
            return False
        if error.code() == KafkaError._PARTITION_EOF:
            return True
        raise sorted_error(error, f"reading topic {self._topic!r}")


def count(consumer: Consumer, topic: str) -> int:
    """How many records a topic holds (0 when it cannot be asked: it is only for the report)."""
    try:
        return sum(e.high - e.low for e in extents(consumer, topic).values())
    except (Unavailable, KafkaException):
        return 0
