"""What a TLS connection takes of memory."""

from asyncio.sslproto import SSLProtocol

BUFFER_BYTES = 32 * 1024
"""Two records of TLS, of which none is longer than 16 KiB (RFC 8446, 5.1)."""


def small_buffers() -> None:
    """For all connections of this process that are made from now on.

    asyncio gives each of them, for as long as it is open, a buffer of 256 KiB, and has no parameter
    for it. The watches and the calls in flight are some eighty connections.
    """
    SSLProtocol.max_size = BUFFER_BYTES
