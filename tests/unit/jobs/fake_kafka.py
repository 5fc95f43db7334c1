"""A Kafka cluster in memory, behind the few methods that the jobs call on their clients."""

from types import SimpleNamespace
from typing import Any

from confluent_kafka import KafkaError, TopicPartition


class FakeMessage:
    """A record, or the end of a partition."""

    def __init__(self, partition: int, offset: int, value: bytes | None, error: Any = None) -> None:
        self._partition, self._offset, self._value, self._error = partition, offset, value, error

    def partition(self) -> int:
        return self._partition

    def offset(self) -> int:
        return self._offset

    def value(self) -> bytes | None:
        return self._value

    def error(self) -> Any:
        return self._error

    def topic(self) -> str:
        return "weather"


class FakeLog:
    """One topic: partitions of values; ``low`` are the first offsets that were not deleted."""

    def __init__(self, partitions: int) -> None:
        self.values: dict[int, list[bytes | None]] = {p: [] for p in range(partitions)}
        self.low: dict[int, int] = {}


class FakeConsumer:
    """Reads a FakeLog as confluent_kafka.Consumer would, ends of partitions included."""

    def __init__(self, log: FakeLog | None) -> None:
        self.log = log
        self._at: dict[int, int] = {}
        self._reported: set[int] = set()
        self.errors: list[KafkaError] = []

    def list_topics(self, topic: str, timeout: float) -> Any:
        if self.log is None:
            error = KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)
            return SimpleNamespace(topics={topic: SimpleNamespace(error=error, partitions={})})
        found = SimpleNamespace(error=None, partitions=dict.fromkeys(self.log.values))
        return SimpleNamespace(topics={topic: found})

    def get_watermark_offsets(
        self, partition: TopicPartition, timeout: float, cached: bool
    ) -> tuple[int, int]:
        assert self.log is not None
        number = partition.partition
        return self.log.low.get(number, 0), len(self.log.values[number])

    def assign(self, partitions: list[TopicPartition]) -> None:
        self._at = {p.partition: p.offset for p in partitions}
        self._reported.clear()

    def unassign(self) -> None:
        self._at = {}

    def close(self) -> None:
        self._at = {}

    def consume(self, most: int, timeout: float) -> list[Any]:
        assert self.log is not None
        found: list[Any] = []
        if self.errors:
            return [FakeMessage(0, -1, None, self.errors.pop())]
        for partition, wanted in self._at.items():
            values = self.log.values[partition]
            at = max(wanted, self.log.low.get(partition, 0))
            taken = values[at : at + most - len(found)]
            found += [FakeMessage(partition, at + i, v) for i, v in enumerate(taken)]
            self._at[partition] = at + len(taken)
            if taken:
                self._reported.discard(partition)
            elif partition not in self._reported and len(found) < most:
                self._reported.add(partition)
                end = KafkaError(KafkaError._PARTITION_EOF)
                found.append(FakeMessage(partition, at, None, end))
        return found


class FakeProducer:
    """Takes records; ``full`` times its queue is full first; ``fails`` is told on delivery."""

    def __init__(self) -> None:
        self.records: list[tuple[str, str, int]] = []
        self.full = 0
        self.fails: KafkaError | None = None
        self.purged = False
        self._callbacks: list[Any] = []

    def produce(self, topic: str, value: str, key: str, on_delivery: Any, timestamp: int) -> None:
        if self.full:
            self.full -= 1
            raise BufferError
        self.records.append((topic, key, timestamp))
        self._callbacks.append(on_delivery)

    def poll(self, timeout: float) -> int:
        for callback in self._callbacks:
            callback(self.fails, None)
        done = len(self._callbacks)
        self._callbacks.clear()
        return done

    def flush(self, timeout: float) -> int:
        self.poll(0)
        return 0

    def purge(self) -> None:
        self.purged = True

    def __len__(self) -> int:
        return len(self._callbacks)
