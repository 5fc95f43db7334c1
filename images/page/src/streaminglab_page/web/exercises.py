"""The lab's exercises, for who wants them once; a browser hears of each change in its stream."""

from __future__ import annotations

from aiohttp import web

from streaminglab_page.own import Own
from streaminglab_page.web.guard import logged_in
from streaminglab_page.web.site import SITE, language


async def show(request: web.Request) -> web.Response:
    """Every exercise with its state, in the reader's language."""
    logged_in(request)
    desk = request.app[SITE].desk
    if desk is None:
        raise web.HTTPNotFound(text=Own.NO_EXERCISES)
    return web.json_response(desk.news(language(request)))
