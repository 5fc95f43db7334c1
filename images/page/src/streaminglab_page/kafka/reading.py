"""Messages of a topic, read once, by a consumer that is in no group and commits nothing.

What lies in memory is bounded whatever the topic holds: librdkafka fetches ahead no more than
`queued.max.messages.kbytes`, a batch is what lies there (`there`), and of what was read only what
is shown is kept. A fetch is small too: each message in it costs librdkafka half a KiB besides,
so that half a MiB of short ones was 20 MiB for each partition. A larger message comes all the same
(KIP-74); `fetch.max.bytes` cannot be below `message.max.bytes`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Raw

from streaminglab_base.clock import Clock
from streaminglab_page.kafka.clients import CannotAsk, settings, words
from streaminglab_page.kafka.message import Filter, Message, message
from streaminglab_page.kafka.spans import Spans

SECONDS = 4.0
"""One answer: a search goes on with the next question."""
SILENCE = 3.0
LARGEST = 64 * 2**20
"""Bytes that are read for one answer that keeps all that it reads."""
LARGEST_ANSWER = 16 * 2**20
MOST = 500
POLL_SECONDS = 0.2
CLOCK = Clock()


def consumer(servers: str) -> Consumer:
    """A consumer that reads what it is told."""
    return Consumer(
        settings(
            servers,
            **{
                "group.id": "streaminglab-page",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 100,
                "queued.min.messages": 1000,
                "queued.max.messages.kbytes": 2048,
                "fetch.message.max.bytes": 65_536,
                "fetch.max.bytes": 131_072,
                "message.max.bytes": 131_072,
                # Of what zstd packed, no more than this is unpacked: a few KiB may be gigabytes.
                "receive.message.max.bytes": LARGEST_ANSWER,
                "fetch.queue.backoff.ms": 5,
            },
        )
    )


def there(source: Consumer, most: int, seconds: float) -> list[Raw]:
    """What has been fetched already; where that is nothing, the next that comes within some
    seconds. Raises KafkaException.

    Never ``consume(most, seconds)``: while that waits for so many, librdkafka goes on to fetch, so
    that a batch of 500 was half a gigabyte as soon as large messages followed small ones.
    """
    return source.consume(most, 0) or source.consume(1, seconds)


def weight(raw: Raw) -> int:
    """Bytes of a message, without its headers."""
    return len(raw.key() or b"") + len(raw.value() or b"")


@dataclass(slots=True)
class Found:
    """``read``: how many were looked at; ``left``: where it goes on; empty when all was read."""

    messages: list[Message]
    read: int = 0
    left: Spans = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """``spans`` of a topic, of which the last ``keep`` messages that are wanted are kept."""

    topic: str
    spans: Spans
    wanted: Filter
    keep: int


def read(servers: str, task: Task, clock: Callable[[], float] = CLOCK.monotonic) -> Found:
    """What a task asks for, in the order of time. It blocks. Raises CannotAsk."""
    if not task.spans:
        return Found([])
    with closing(consumer(servers)) as source:
        reading = _Reading(source, task, clock)
        try:
            reading.run()
        except KafkaException as error:
            raise CannotAsk(words(error)) from error
    return Found(newest(reading.found, task.keep), reading.count, reading.left)


def newest(found: Iterable[Message], keep: int) -> list[Message]:
    """The last ones, in the order of time."""
    return sorted(found, key=lambda one: (one.time, one.partition, one.offset))[-keep:]


class _Reading:
    def __init__(self, source: Consumer, task: Task, clock: Callable[[], float]) -> None:
        self._source, self._task, self._clock = source, task, clock
        self.left, self.count, self._bytes = dict(task.spans), 0, 0
        # Without a filter, each partition may hold the newest: those of all are kept.
        self.found: deque[Message] = deque(maxlen=None if task.wanted.all else task.keep)

    def run(self) -> None:
        starts = [TopicPartition(self._task.topic, p, first) for p, (first, _) in self.left.items()]
        self._source.assign(starts)
        began = heard = self._clock()
        while self.left and self._bytes < LARGEST:
            batch = there(self._source, MOST, POLL_SECONDS)
            now = self._clock()
            if batch:
                heard = now
            for raw in batch:
                self._take(raw)
            if now - began > SECONDS or now - heard > SILENCE:
                break

    def _take(self, raw: Raw) -> None:
        partition, error = raw.partition() or 0, raw.error()
        if error is not None:
            if error.code() != KafkaError._PARTITION_EOF:
                raise KafkaException(error)
            self._end(partition)
            return
        if partition not in self.left:
            return
        _, end = self.left[partition]
        offset = raw.offset() or 0
        if offset < end:
            self.count += 1
            self._bytes += weight(raw)
            self.left[partition] = (offset + 1, end)
            if self._task.wanted(raw):
                self._keep(message(raw))
        if offset + 1 >= end:
            self._end(partition)

    def _keep(self, one: Message) -> None:
        self.found.append(one)
        # Each holds what is left to be decoded: no more of them than may be shown.
        if len(self.found) >= 2 * self._task.keep:
            self.found = deque(newest(self.found, self._task.keep), self.found.maxlen)

    def _end(self, partition: int) -> None:
        if self.left.pop(partition, None):
            self._source.incremental_unassign([TopicPartition(self._task.topic, partition)])
