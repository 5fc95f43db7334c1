"""Whether somebody listens (implements :class:`ports.Doors`)."""

import asyncio
import contextlib

_SECONDS = 2.0
"""A NetworkPolicy lets packets vanish: who is behind one never answers."""


class TcpDoors:
    """Connections that are opened, and closed before a byte is said."""

    async def opens(self, host: str, port: int) -> bool:
        """True if a connection is made; whatever is in the way, it is not."""
        try:
            async with asyncio.timeout(_SECONDS):
                _, writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError, UnicodeError):
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True
