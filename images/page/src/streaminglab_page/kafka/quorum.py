"""Who leads the metadata's quorum: DescribeQuorum, which librdkafka has no call for.

In KRaft the controller that a broker's metadata names is any broker (KIP-500, "MetadataResponse");
the quorum's leader is told by DescribeQuorum (KIP-595, API key 55, version 0).
"""

from __future__ import annotations

import struct
from contextlib import suppress

from streaminglab_page.kafka import plain

API_KEY = 55
LARGEST = 65_536
TOPIC = b"__cluster_metadata"
NO_TAGS = b"\0"
ONE = 2
"""The length of a compact array with one entry: one more than it has (KIP-482)."""


async def leader(servers: str) -> int:
    """The number of the broker that leads; -1 if no server tells."""
    for server in servers.split(","):
        host, _, port = server.strip().rpartition(":")
        with suppress(*plain.FAULTS):
            found = answer(await plain.ask(host, int(port), request(), LARGEST))
            if found >= 0:
                return found
    return -1


def request() -> bytes:
    """The question, with its length: header version 2, one topic with one partition."""
    partitions = bytes([ONE]) + struct.pack(">i", 0) + NO_TAGS
    topics = bytes([ONE]) + bytes([len(TOPIC) + 1]) + TOPIC + partitions + NO_TAGS
    return plain.request(API_KEY, 0, NO_TAGS + topics + NO_TAGS)


def answer(body: bytes) -> int:
    """The leader in an answer; -1 if it holds none. Raises ValueError if it is no answer."""
    try:
        # Correlation and tags; then the error, the number of topics and the name's length.
        error, topics, name = struct.unpack_from(">hBB", body, 5)
        if error or topics != ONE:
            return -1
        at = 5 + 4 + name - 1
        partitions, _number, failed, found = struct.unpack_from(">Bihi", body, at)
    except struct.error as broken:
        raise ValueError("not an answer of DescribeQuorum") from broken
    return int(found) if partitions == ONE and not failed else -1
