"""How much a broker has on disk: DescribeLogDirs, which librdkafka has no call for.

kafka-python's asks by version 0, which Kafka 4 no longer answers (KIP-896); this is version 1, API
key 35 (KIP-113). A broker tells of all that it holds; kept is what somebody looks at.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from contextlib import suppress

from streaminglab_page.kafka import plain
from streaminglab_page.kafka.view import Place

API_KEY, VERSION = 35, 1
LARGEST = 2**20
"""Bytes of an answer: of fifty thousand partitions, which take a tenth of a second to read. Of a
larger one nothing is shown."""
EVERYTHING = struct.pack(">i", -1)


async def held(host: str, port: int, places: Collection[Place]) -> tuple[int, dict[Place, int]]:
    """Bytes that a broker holds, and those of some partitions; -1 if it does not tell."""
    with suppress(*plain.FAULTS):
        question = plain.request(API_KEY, VERSION, EVERYTHING)
        return answer(await plain.ask(host, port, question, LARGEST), places)
    return -1, {}


def answer(body: bytes, places: Collection[Place]) -> tuple[int, dict[Place, int]]:
    """What an answer tells. Raises ValueError if it is none."""
    total, found = 0, dict[Place, int]()
    for place, size in _replicas(body):
        total += size
        if place in places:
            found[place] = found.get(place, 0) + size
    return total, found


def _replicas(body: bytes) -> Iterator[tuple[Place, int]]:
    read = _Read(body)
    read.skip(8)  # The correlation, and how long the broker makes us wait.
    for _ in range(read.number(">i")):
        read.skip(2)  # A folder that cannot be read lists no topics.
        read.text()
        for _ in range(read.number(">i")):
            topic = read.text()
            for _ in range(read.number(">i")):
                number, size, _lag, _moves = read.numbers(">iqqb")
                yield (topic, number), max(0, size)


class _Read:
    """Bytes, read one after the other. Raises ValueError where they end too soon."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    def skip(self, size: int) -> None:
        self._at += size

    def numbers(self, form: str) -> tuple[int, ...]:
        try:
            found = struct.unpack_from(form, self._body, self._at)
        except struct.error as broken:
            raise ValueError("not an answer of DescribeLogDirs") from broken
        self._at += struct.calcsize(form)
        return found

    def number(self, form: str) -> int:
        return self.numbers(form)[0]

    def text(self) -> str:
        size = self.number(">h")
        if size < 0 or self._at + size > len(self._body):
            raise ValueError("not an answer of DescribeLogDirs")
        self._at += size
        return self._body[self._at - size : self._at].decode("utf-8", "replace")
