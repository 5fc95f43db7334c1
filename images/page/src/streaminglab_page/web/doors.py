"""The listening socket, with a bound to how many may stand in it."""

from __future__ import annotations

import asyncio
import logging
from types import TracebackType

from aiohttp import web

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 256
"""At about 30 KB each, far from the pod's limit of memory."""


class Doors:
    """``async with Doors(runner, address, port) as doors``: ``doors.port`` answers."""

    def __init__(self, runner: web.AppRunner, address: str, port: int) -> None:
        self._runner, self._address, self.port = runner, address, port
        self._server: asyncio.Server

    async def __aenter__(self) -> Doors:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, self._address or None, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()

    def _protocol(self) -> asyncio.Protocol:
        handlers = self._runner.server
        if handlers is None or len(handlers.connections) >= MOST_CONNECTIONS:
            return _Refused()
        return handlers()


class _Refused(asyncio.Protocol):
    """Closes at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        log.warning("refused: there are %d connections", MOST_CONNECTIONS)
        transport.close()
