"""The lab's state as server-sent events: the newest at once, then each change.

What changed while a browser was slow is left out, so that nobody's line holds memory.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from streaminglab_page.web.guard import logged_in
from streaminglab_page.web.site import SITE, Site

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
        raise web.HTTPServiceUnavailable(
            text="Too many browsers follow this lab.", headers={"Retry-After": "15"}
        )
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
    )
    site.streams += 1
    try:
        await response.prepare(request)
        await _tell(request, response, site)
    except ConnectionResetError:
        pass  # The browser went, which is how each stream ends.
    finally:
        site.streams -= 1
    return response


async def _tell(request: web.Request, response: web.StreamResponse, site: Site) -> None:
    reported = -1
    while True:
        changed = await site.board.changed(reported, HEARTBEAT_SECONDS)
        # Looked at after the wait: who has logged out meanwhile hears nothing more.
        if site.board.closed or not site.session(request):
            break
        if changed:
            reported = site.board.version
            await response.write(f"event: lab\ndata: {site.board.text()}\n\n".encode())
        else:
            await response.write(b"event: beat\ndata:\n\n")
        await asyncio.sleep(GAP_SECONDS)
    if site.board.closed:
        return  # The browser comes back to the next pod.
    await response.write(b"event: end\ndata: the session is over\n\n")
