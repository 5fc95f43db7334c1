"""A Kafka in this process: librdkafka's own mock of a cluster (`test.mock.num.brokers`).

It speaks the protocol in real sockets: metadata, messages, offsets. Groups, settings and new topics
it does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from confluent_kafka import Producer


@dataclass(frozen=True, slots=True)
class Mock:
    """``servers``: where it is. A topic is made, with four partitions, by the first message."""

    producer: Producer
    servers: str

    def put(
        self,
        topic: str,
        values: Iterable[bytes | None],
        key: bytes | None = None,
        partition: int = 0,
    ) -> None:
        """Messages into a topic."""
        for value in values:
            self.producer.produce(topic, value, key, partition=partition)
            self.producer.poll(0)
        self.producer.flush(20)


@contextmanager
def mock_kafka() -> Iterator[Mock]:
    """Three brokers, until the end."""
    producer = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 3, "log_level": 0})
    brokers = producer.list_topics(timeout=10).brokers.values()
    yield Mock(producer, ",".join(f"{broker.host}:{broker.port}" for broker in brokers))
