"""The newest point of each station in a topic, read backwards from its end.

What the topic itself holds is the producer's only memory: a checkpoint kept elsewhere could be
older or newer than the records, a record cannot.
"""

import logging
from collections.abc import Callable, Iterable, Iterator

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition, murmur2

from streaminglab_base.errors import Unavailable
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.kafka.clients import sorted_error
from streaminglab_jobs.kafka.partitions import Extent, extents
from streaminglab_jobs.points import Point, from_producer_json

FIRST_CHUNK = 1_000
GROWTH = 8
BATCH = 5_000
POLL_SECONDS = 0.1
SILENCE = 100
"""So many empty polls in a row (10 s) count as "the broker is away"."""
log = logging.getLogger(__name__)

Reader = Callable[[int, int, int], Iterable[Point]]
"""(partition, first offset, offset after the last) -> the points between, in order."""


def newest_times(
    consumer: Consumer,
    topic: str,
    expected: Iterable[str],
    stopping: Stopping,
    retention: Callable[[], int],
) -> dict[str, int]:
    """Time of each station's newest point in the topic.

    ``expected`` are the stations that InfluxDB holds: with all of them found where they belong,
    nothing older has to be read. For one that is not there, although the topic has deleted
    records, the answer is the time since which no record was deleted: older points of it may
    have been there. ``retention`` tells how many nanoseconds the topic keeps.
    """
    expected = list(expected)
    reach = extents(consumer, topic)

    def read(partition: int, first: int, end: int) -> Iterator[Point]:
        return _read(consumer, TopicPartition(topic, partition, first), end, stopping)

    newest = scan_back(reach, read, expected)
    absent = [s for s in expected if s not in newest]
    if absent:
        now = stopping.clock.time_ns()
        newest.update(dict.fromkeys(absent, oldest_kept(reach, read, lambda: now - retention())))
    return newest


def oldest_kept(reach: dict[int, Extent], read: Reader, kept: Callable[[], int]) -> int:
    """Time since which no record was deleted; -1 when none ever was.

    ``kept`` tells since when the topic's retention keeps records.
    """
    oldest = -1
    for p, extent in reach.items():
        if extent.low == extent.high > 0:
            oldest = max(oldest, kept())
        elif extent.low > 0:
            first = next(iter(read(p, extent.low, extent.low + 1)), None)
            oldest = max(oldest, first.time - 1 if first else -1)
    return oldest


def scan_back(reach: dict[int, Extent], read: Reader, expected: Iterable[str]) -> dict[str, int]:
    """Read growing chunks from the end until the newest time of every station is known.

    A station is done when it was seen in the partition that its key belongs to now: records
    that lie elsewhere are from before partitions were added, so they are older. One that was
    not seen there (new, or partitions were just added) makes the scan go down to the start.
    """
    homes: dict[int, set[str]] = {p: set() for p in reach}
    for station in expected:
        homes[home(station, len(reach))].add(station)
    newest: dict[str, int] = {}
    start = {p: extent.high for p, extent in reach.items()}
    chunk = FIRST_CHUNK
    first_round = True
    while True:
        unsettled = any(homes.values())
        open_partitions = [
            p for p, extent in reach.items() if start[p] > extent.low and (unsettled or first_round)
        ]
        if not open_partitions:
            return newest
        for p in open_partitions:
            end, start[p] = start[p], max(reach[p].low, start[p] - chunk)
            for point in read(p, start[p], end):
                newest[point.station] = max(point.time, newest.get(point.station, point.time))
                homes[p].discard(point.station)
        chunk *= GROWTH
        first_round = False


def home(station: str, partition_count: int) -> int:
    """The partition of a station's records (the producer's partitioner, murmur2)."""
    return murmur2(station.encode(), partition_count)


def _read(
    consumer: Consumer, start: TopicPartition, end: int, stopping: Stopping
) -> Iterator[Point]:
    consumer.assign([start])
    silent = 0
    position = start.offset
    while position < end:
        stopping.check()
        messages = consumer.consume(min(BATCH, end - position), timeout=POLL_SECONDS)
        silent = 0 if messages else silent + 1
        if silent > SILENCE:
            raise Unavailable(f"Kafka hands out no record of {start.topic}[{start.partition}]")
        for message in messages:
            if _is_end(message):
                # Compaction or a transaction's marker can leave no record before the end.
                position = end
                continue
            position = (message.offset() or 0) + 1
            if position <= end and (value := message.value()) is not None:
                point = from_producer_json(value)
                if point is not None:
                    yield point
    consumer.unassign()


def _is_end(message: Message) -> bool:
    error = message.error()
    if error is None:
        return False
    if error.code() == KafkaError._PARTITION_EOF:
        return True
    raise sorted_error(error, f"reading {message.topic()}")
