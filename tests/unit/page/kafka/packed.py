"""Record batches as a hostile client packs them, put into a topic past every producer's bounds.

The format: https://kafka.apache.org/documentation/#recordbatch; Produce is version 3 of API key 0.
"""

from __future__ import annotations

import gzip
import socket
import struct
import zlib
from collections.abc import Iterable

from confluent_kafka import Producer

from streaminglab_page.kafka.plain import request
from tests.unit.page.kafka.mock import Mock

NONE, GZIP, SNAPPY, LZ4, ZSTD, UNKNOWN = range(6)
MARK = 0x30
"""Attributes of a mark that ends a transaction."""
NAMES = ("none", "gzip", "snappy", "lz4", "zstd")
HUGE = 2**30
"""Bytes that a bomb becomes."""
PIECE = 2**20


def number(value: int) -> bytes:
    """A zigzag varint."""
    value, found = value << 1 ^ value >> 63, bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def record(value: bytes, offset: int = 0) -> bytes:
    """One record without a key."""
    rest = b"\0\0" + number(offset) + number(-1) + number(len(value)) + value + b"\0"
    return number(len(rest)) + rest


def mark() -> bytes:
    """That a transaction is committed."""
    key, value = b"\0\0\0\1", bytes(6)
    rest = b"\0\0" + number(0) + number(len(key)) + key + number(len(value)) + value + b"\0"
    return number(len(rest)) + rest


def gzip_bomb(size: int = HUGE) -> bytes:
    """One record of so many zeros, packed piece by piece."""
    head = b"\0\0" + number(0) + number(-1) + number(size)
    packer = zlib.compressobj(9, wbits=31)
    found = packer.compress(number(len(head) + size + 1) + head)
    found += b"".join(packer.compress(bytes(PIECE)) for _ in range(size // PIECE))
    return found + packer.compress(b"\0") + packer.flush()


def crowd(count: int) -> bytes:
    """So many records of one letter each, packed."""
    return gzip.compress(b"".join(record(b"x", n) for n in range(count)))


def batch(body: bytes, codec: int, count: int = 1) -> bytes:
    """A record batch of so many records."""
    rest = struct.pack(">hiqqqhii", codec, count - 1, 1, 1, -1, -1, -1, count) + body
    rest = struct.pack(">I", crc32c(rest)) + rest
    return struct.pack(">qiib", 0, len(rest) + 5, 0, 2) + rest


def crc32c(data: bytes) -> int:
    """The checksum of a batch, which a real broker looks at; byte by byte, so only small ones."""
    if len(data) > PIECE // 4:
        return 0
    found = 0xFFFFFFFF
    for byte in data:
        found = found >> 8 ^ _TABLE[(found ^ byte) & 0xFF]
    return found ^ 0xFFFFFFFF


def _entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value


_TABLE = tuple(_entry(value) for value in range(256))


def put(mock: Mock, topic: str, raw: bytes, partition: int = 0) -> None:
    """A batch into a partition, as it is."""
    found = mock.producer.list_topics(topic, timeout=10)
    broker = found.brokers[found.topics[topic].partitions[partition].leader]
    with socket.create_connection((broker.host, broker.port), timeout=10) as line:
        line.sendall(produced(topic, raw, partition))
        size = int.from_bytes(_exactly(line, 4), "big")
        answer = _exactly(line, size)
    (error,) = struct.unpack_from(">h", answer, error_at(topic))
    assert error == 0, f"Kafka refused a batch: {error}"


def produced(topic: str, raw: bytes, partition: int) -> bytes:
    """The question to a broker that puts a batch into a partition."""
    rest = struct.pack(">hhii", -1, 1, 9000, 1) + struct.pack(">h", len(topic)) + topic.encode()
    rest += struct.pack(">iii", 1, partition, len(raw)) + raw
    return request(0, 3, rest)


def error_at(topic: str) -> int:
    """Where its answer has the error, behind its size."""
    return 4 + 4 + 2 + len(topic) + 4 + 4


def _exactly(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        piece = line.recv(size - len(found))
        assert piece, "it has hung up"
        found += piece
    return found


def put_packed(mock: Mock, topic: str, values: Iterable[bytes], codec: str, partition: int) -> None:
    """Values, packed by librdkafka itself, however large they are."""
    producer = Producer(
        {
            "bootstrap.servers": mock.servers,
            "compression.type": codec,
            "message.max.bytes": 200 * PIECE,
            "log_level": 0,
        }
    )
    for value in values:
        producer.produce(topic, value, partition=partition)
    assert producer.flush(60) == 0
