"""A small HTTP server for tests of adapters: each path answers as a test says."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from streaminglab_operator.adapters.api import Api

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(handler: Handler, *, one_each: bool = False) -> AsyncIterator[str]:
    """The URL of a server on loopback whose every request ``handler`` answers.

    ``one_each``: each request has a connection of its own, and nothing of the server outlives it.
    """
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=0.1, handler_cancellation=one_each
    )
    if one_each:
        app.on_response_prepare.append(_last)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def _last(_: web.Request, response: web.StreamResponse) -> None:
    response.force_close()


@asynccontextmanager
async def api_at(handler: Handler) -> AsyncIterator[Api]:
    """The operator's API client, connected to such a server."""
    async with served(handler) as url, aiohttp.ClientSession() as session:
        yield Api(session, url)
