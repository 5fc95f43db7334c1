"""A Kafka in this process: librdkafka's own mock of a cluster (`test.mock.num.brokers`).

It speaks the protocol in real sockets: metadata, messages, offsets. Groups, settings and new topics
it does not know.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import confluent_kafka
from confluent_kafka import Producer

LARGEST = 2 * 2**20


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


@contextmanager
def wide_kafka(topics: Mapping[str, int]) -> Iterator[Mock]:
    """Three brokers with topics of so many partitions, until the end.

    By the C functions of the same library: a mock that a setting makes has four partitions a topic.
    A partition keeps its newest 5 MiB.
    """
    library = _library()
    error = ctypes.create_string_buffer(512)
    quiet = library.rd_kafka_conf_new()
    library.rd_kafka_conf_set(quiet, b"log_level", b"0", error, len(error))
    handle = library.rd_kafka_new(0, quiet, error, len(error))
    assert handle, error.value
    cluster = library.rd_kafka_mock_cluster_new(handle, 3)
    try:
        for name, partitions in topics.items():
            assert library.rd_kafka_mock_topic_create(cluster, name.encode(), partitions, 3) == 0
        servers = library.rd_kafka_mock_cluster_bootstraps(cluster).decode()
        plain = {"bootstrap.servers": servers, "message.max.bytes": LARGEST, "log_level": 0}
        yield Mock(Producer(plain), servers)
    finally:
        library.rd_kafka_mock_cluster_destroy(cluster)
        library.rd_kafka_destroy(handle)


def _library() -> ctypes.CDLL:
    folder = Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs"
    (path,) = folder.glob("librdkafka-*")
    found = ctypes.CDLL(str(path))
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, gives, takes in (
        ("rd_kafka_conf_new", pointer, []),
        ("rd_kafka_conf_set", number, [pointer, text, text, text, ctypes.c_size_t]),
        ("rd_kafka_new", pointer, [number, pointer, text, ctypes.c_size_t]),
        ("rd_kafka_destroy", None, [pointer]),
        ("rd_kafka_mock_cluster_new", pointer, [pointer, number]),
        ("rd_kafka_mock_cluster_destroy", None, [pointer]),
        ("rd_kafka_mock_cluster_bootstraps", text, [pointer]),
        ("rd_kafka_mock_topic_create", number, [pointer, text, number, number]),
    ):
        function = getattr(found, name)
        function.restype, function.argtypes = gives, takes
    return found
