"""Questions to one broker that the libraries have no call for: a header, a body, and the answer.

The protocol: https://kafka.apache.org/protocol, sizes and strings as of before KIP-482.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SECONDS = 3.0
CLIENT = b"streaminglab-page"
FAULTS = (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError)
"""What a question raises that is not answered, or not with an answer."""


def request(key: int, version: int, rest: bytes) -> bytes:
    """A question with its length; ``rest``: what follows the name of who asks."""
    header = struct.pack(">hhih", key, version, 1, len(CLIENT)) + CLIENT
    return struct.pack(">i", len(header) + len(rest)) + header + rest


async def ask(host: str, port: int, question: bytes, largest: int) -> bytes:
    """The answer of a broker, without its length. Raises one of FAULTS."""
    async with _asked(host, port, question) as (reader, size):
        if size > largest:
            raise ValueError(f"an answer of {size} bytes")
        return await reader.readexactly(size)


async def beginning(host: str, port: int, question: bytes, most: int) -> bytes:
    """The beginning of an answer, however long that is. Raises one of FAULTS."""
    async with _asked(host, port, question) as (reader, size):
        return await reader.readexactly(min(size, most))


@asynccontextmanager
async def _asked(
    host: str, port: int, question: bytes
) -> AsyncIterator[tuple[asyncio.StreamReader, int]]:
    """Where the answer comes, and how many bytes it has."""
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(question)
            await writer.drain()
            (size,) = struct.unpack(">i", await reader.readexactly(4))
            if size <= 0:
                raise ValueError(f"an answer of {size} bytes")
            yield reader, size
        finally:
            writer.close()
