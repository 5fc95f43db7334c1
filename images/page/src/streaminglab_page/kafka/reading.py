"""Messages of a topic, read once, by a consumer that is in no group and commits nothing.

It runs in the reading process (`kafka.child`), which a batch that unpacks to gigabytes may end.
What else lies in memory is bounded here: librdkafka fetches ahead no more than
`queued.max.messages.kbytes`, a batch is what lies there (`there`), and of what was read only what
is shown is kept. A fetch is small too: each message in it costs librdkafka half a KiB besides,
so that half a MiB of short ones was 20 MiB for each partition. A larger message comes all the same
(KIP-74); `fetch.max.bytes` cannot be below `message.max.bytes`.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Raw

from streaminglab_base.clock import Clock
from streaminglab_page.kafka.clients import CannotAsk, settings, words
from streaminglab_page.kafka.message import Filter, Message, message
from streaminglab_page.kafka.spans import Spans

SECONDS = 2.0
"""One answer: a search goes on with the next question, and meanwhile others have their turn."""
SILENCE = 1.5
"""After which a partition counts as stuck: somebody has a look at what lies there."""
ALONE = 5.0
"""For a batch by itself."""
FETCHES = 4
"""After which a batch by itself counts as unreadable: it came each time, and nothing was in it."""
LARGEST = 64 * 2**20
"""Bytes that are read for one answer that keeps all that it reads."""
LARGEST_ANSWER = 8 * 2**20
"""Bytes of what a broker sends at once: with its copy it is half of what the process may hold."""
MOST = 500
POLL_SECONDS = 0.2
PAUSE_SECONDS = 0.02
"""Between two looks of who is patient; see `looked_at`."""
CLOCK = Clock()
NEVER = threading.Event()
BROKEN = frozenset({KafkaError._BAD_COMPRESSION, KafkaError._BAD_MSG, KafkaError._NOT_IMPLEMENTED})
"""What librdkafka says of a batch that it cannot read, again and again, and stays where it is."""
ONE_BATCH = {
    # A broker gives one batch at least (KIP-74), and the next is not fetched beside it.
    "fetch.message.max.bytes": 1,
    "queued.min.messages": 1,
    # Long enough to leave the partition; also what begins it, a barrier, may lie in the queue when
    # the first fetch is decided on, which is held by so much then.
    "fetch.queue.backoff.ms": 1000,
    "fetch.error.backoff.ms": 100,
    "statistics.interval.ms": 200,
}


def consumer(servers: str, task: Task, **more: Any) -> Consumer:
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
                "isolation.level": "read_committed" if task.committed else "read_uncommitted",
                **(ONE_BATCH if task.alone else {}),
                **more,
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


def looked_at(source: Consumer, most: int, seconds: float) -> list[Raw]:
    """What is there after some seconds, if there is anything; it is not waited for.

    As soon as a batch has come, librdkafka decides whether it fetches the next one: by whether its
    queue is empty. Whoever waits for a message may have taken it by then, so that the next batch is
    fetched, and ends the process in the place of the one that was asked for. Who does not wait
    finds the message there, and leaves the partition before the queue is looked at again.
    """
    CLOCK.wait(NEVER, seconds)
    return source.consume(most, 0)


def weight(raw: Raw) -> int:
    """Bytes of a message, without its headers."""
    return len(raw.key() or b"") + len(raw.value() or b"")


@dataclass(slots=True)
class Found:
    """``read``: how many were looked at; ``left``: where it goes on; empty when all was read.

    ``stuck``: partitions that do not go on, with the words of Kafka's client, or none.
    """

    messages: list[Message]
    read: int = 0
    left: Spans = field(default_factory=dict)
    stuck: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """``spans`` of a topic, of which the last ``keep`` messages that are wanted are kept.

    ``alone``: nothing behind the first batch is fetched, mostly; ``patient``: at the cost of a
    second never. ``committed``: nothing that an open or an aborted transaction wrote.
    """

    topic: str
    spans: Spans
    wanted: Filter
    keep: int
    alone: bool = False
    patient: bool = False
    committed: bool = True


def read(servers: str, task: Task, clock: Callable[[], float] = CLOCK.monotonic) -> Found:
    """What a task asks for, in the order of time. It blocks. Raises CannotAsk."""
    if not task.spans:
        return Found([])
    fetches = Fetches()
    with closing(consumer(servers, task, stats_cb=fetches)) as source:
        reading = _Reading(source, task, clock, fetches)
        try:
            reading.run()
        except KafkaException as error:
            raise CannotAsk(words(error)) from error
    kept = newest(reading.found, task.keep)
    return Found(kept, reading.count, reading.left, reading.stuck)


def newest(found: Iterable[Message], keep: int) -> list[Message]:
    """The last ones, in the order of time."""
    return sorted(found, key=lambda one: (one.time, one.partition, one.offset))[-keep:]


class Fetches:
    """How often something was fetched, by librdkafka's statistics."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, told: str) -> None:
        brokers = json.loads(told)["brokers"].values()
        self.count = sum(broker["req"].get("Fetch", 0) for broker in brokers)


class _Reading:
    def __init__(
        self, source: Consumer, task: Task, clock: Callable[[], float], fetches: Fetches
    ) -> None:
        self._source, self._task, self._clock, self._fetches = source, task, clock, fetches
        self.left, self.count, self._bytes = dict(task.spans), 0, 0
        self.stuck: dict[int, str] = {}
        self._open = set(self.left)
        # Without a filter, each partition may hold the newest: those of all are kept.
        self.found: deque[Message] = deque(maxlen=None if task.wanted.all else task.keep)

    def run(self) -> None:
        starts = [TopicPartition(self._task.topic, p, first) for p, (first, _) in self.left.items()]
        self._source.assign(starts)
        began = heard = self._clock()
        while self._open and self._bytes < LARGEST:
            batch = self._next()
            now = self._clock()
            if batch:
                heard = now
            for raw in batch:
                self._take(raw)
            if self._stuck(now - heard):
                self.stuck |= dict.fromkeys(self._open, "")
                break
            if now - began > (ALONE if self._task.alone else SECONDS):
                break

    def _next(self) -> list[Raw]:
        if self._task.patient:
            return looked_at(self._source, MOST, PAUSE_SECONDS)
        return there(self._source, MOST, POLL_SECONDS)

    def _stuck(self, silent: float) -> bool:
        if self._task.alone:
            return not self.count and self._fetches.count >= FETCHES
        return silent > SILENCE

    def _take(self, raw: Raw) -> None:
        partition, error = raw.partition() or 0, raw.error()
        if partition not in self._open:
            return
        if error is not None:
            self._fault(partition, error)
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

    def _fault(self, partition: int, error: KafkaError) -> None:
        if error.code() == KafkaError._PARTITION_EOF:
            self._end(partition)
        elif error.code() in BROKEN:
            self.stuck[partition] = words(KafkaException(error))
            self._close(partition)
        else:
            raise KafkaException(error)

    def _keep(self, one: Message) -> None:
        self.found.append(one)
        # Each holds what is left to be decoded: no more of them than may be shown.
        if len(self.found) >= 2 * self._task.keep:
            self.found = deque(newest(self.found, self._task.keep), self.found.maxlen)

    def _end(self, partition: int) -> None:
        del self.left[partition]
        self._close(partition)

    def _close(self, partition: int) -> None:
        self._open.remove(partition)
        self._source.incremental_unassign([TopicPartition(self._task.topic, partition)])
