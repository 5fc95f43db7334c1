"""The lab's state, and what else a browser looks at, as server-sent events: the newest at once,
then each change.

What changed while a browser was slow is left out, so that nobody's line holds memory.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from streaminglab_page.own import Own
from streaminglab_page.web.feeds import Feed, feeds, followed
from streaminglab_page.web.guard import logged_in
from streaminglab_page.web.site import SITE

MOST_STREAMS = 64
HEARTBEAT_SECONDS = 15.0
"""Proxies end a connection that is silent for a minute; a browser takes it for broken sooner."""
GAP_SECONDS = 0.2
"""At most so often: a start changes the status many times a second."""


async def follow(request: web.Request) -> web.StreamResponse:
    """Until the browser goes, or its session ends."""
    site = request.app[SITE]
    logged_in(request)
    if site.streams >= MOST_STREAMS:
        raise web.HTTPServiceUnavailable(text=Own.TOO_MANY, headers={"Retry-After": "15"})
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
    )
    site.streams += 1
    try:
        await response.prepare(request)
        with feeds(request, await followed(request)) as asked:
            await _tell(request, response, asked)
    except ConnectionResetError:
        pass  # The browser went, which is how each stream ends.
    finally:
        site.streams -= 1
    return response


async def _tell(request: web.Request, response: web.StreamResponse, asked: list[Feed]) -> None:
    site, loop = request.app[SITE], asyncio.get_running_loop()
    said = loop.time()
    # Looked at after each wait: who has logged out meanwhile hears nothing more.
    while not site.board.closed and site.session(request):
        heard = site.board.bell.rung
        news = [(feed.event, text) for feed in asked if (text := feed.news()) is not None]
        if not news and loop.time() - said >= HEARTBEAT_SECONDS:
            news = [("beat", "")]
        for event, text in news:
            await response.write(f"event: {event}\ndata: {text}\n\n".encode())
        if news:
            said = loop.time()
        await asyncio.sleep(GAP_SECONDS)
        await site.board.bell.heard(heard, max(0.0, said + HEARTBEAT_SECONDS - loop.time()))
    if site.board.closed:
        return  # The browser comes back to the next pod.
    await response.write(b"event: end\ndata: the session is over\n\n")
