"""A connection takes so much memory, whatever asyncio thinks of it."""

import asyncio
import ssl
from asyncio.sslproto import SSLProtocol
from collections.abc import Iterator

import pytest

from streaminglab_operator.adapters.tls import BUFFER_BYTES, small_buffers


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = SSLProtocol.max_size
    yield
    SSLProtocol.max_size = before


async def test_a_connection_that_reads_much_has_a_small_buffer() -> None:
    small_buffers()
    loop = asyncio.get_running_loop()
    protocol = SSLProtocol(
        loop, asyncio.Protocol(), ssl.create_default_context(), loop.create_future()
    )
    for wanted in (-1, 0, 1, BUFFER_BYTES, 2**18):
        assert len(protocol.get_buffer(wanted)) == BUFFER_BYTES
