"""The head of one record batch, as it lies in a partition: librdkafka tells of none that it has not
unpacked. By Fetch, version 4 of API key 1, the oldest that Kafka 4 answers (KIP-896).

Of the answer the beginning is read, however large the batch is.
https://kafka.apache.org/documentation/#recordbatch
"""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass

from streaminglab_page.kafka import plain

API_KEY, VERSION = 1, 4
WAIT_MS = 100
UNCOMMITTED = 0
HEAD = ">qiibIhiqqq"
"""First offset, bytes, epoch, magic, checksum, attributes, last offset - first; times, producer"""
MAGIC = 2
CODECS = ("", "gzip", "snappy", "lz4", "zstd")
CODEC, TRANSACTIONAL = 0x07, 0x10


@dataclass(frozen=True, slots=True)
class Batch:
    """``size`` in bytes, as it is packed; ``codec``: by what, empty: it is not."""

    first: int
    last: int
    size: int
    codec: str
    transactional: bool = False


async def batch_at(host: str, port: int, topic: str, partition: int, offset: int) -> Batch | None:
    """The batch with an offset, or the next one; None: its broker tells of none."""
    name = topic.encode()
    asked = struct.pack(">iiiib", -1, WAIT_MS, 1, 1, UNCOMMITTED)
    asked += struct.pack(">ih", 1, len(name)) + name
    asked += struct.pack(">iiqi", 1, partition, offset, 1)
    with suppress(*plain.FAULTS):
        question = plain.request(API_KEY, VERSION, asked)
        return head(await plain.beginning(host, port, question, _start(name) + _LENGTH), name)
    return None


def head(body: bytes, name: bytes) -> Batch | None:
    """What the beginning of an answer tells; None: of no batch."""
    with suppress(struct.error):
        (error,) = struct.unpack_from(">h", body, _start(name) - 26)
        (size,) = struct.unpack_from(">i", body, _start(name) - 4)
        found = struct.unpack_from(HEAD, body, _start(name))
        if error == 0 and size > 0:
            return _batch(found)
    return None


def _start(name: bytes) -> int:
    """Where the batch begins: after correlation, throttling, topic, partition, error, two offsets,
    no aborted transactions, and the size."""
    return 4 + 4 + 4 + 2 + len(name) + 4 + 4 + 2 + 8 + 8 + 4 + 4


def _batch(found: tuple[int, ...]) -> Batch:
    first, size, _, magic, _, attributes, beyond, *_ = found
    number = attributes & CODEC
    codec = CODECS[number] if number < len(CODECS) else f"codec {number}"
    # Before version 2 the offset is that of the last message, and the attributes lie elsewhere.
    last = first + max(0, beyond) if magic == MAGIC else first
    return Batch(first, last, size, codec, bool(attributes & TRANSACTIONAL))


_LENGTH = struct.calcsize(HEAD)
