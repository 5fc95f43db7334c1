"""The page itself, and small questions about it."""

from __future__ import annotations

from aiohttp import web

from streaminglab_page import words
from streaminglab_page.own import Own
from streaminglab_page.web.guard import CSRF, logged_in, meant
from streaminglab_page.web.site import SITE, html, language, see


async def show(request: web.Request) -> web.Response:
    """The page: an empty frame, which the stream of events fills."""
    site = request.app[SITE]
    session = site.session(request)
    if session is None:
        return see("/login")
    values = {
        "lab": site.settings.lab,
        "namespace": site.settings.namespace,
        "csrf": session.csrf,
        "asked": " ".join(site.parts),
    }
    return html(words.page("page.html", language(request), values))


async def session(request: web.Request) -> web.Response:
    """Whether who asks is logged in. Not by a status: browsers log a 401 as an error."""
    return web.json_response({"inside": request.app[SITE].session(request) is not None})


async def credential(request: web.Request) -> web.Response:
    """One value of the lab's Secret, because somebody who is logged in pressed a button for it."""
    meant(logged_in(request), request.headers.get(CSRF, ""))
    value = await request.app[SITE].credential(request.match_info["key"])
    if not value:
        raise web.HTTPNotFound(text=Own.NO_SUCH_VALUE)
    return web.json_response({"value": value})


async def healthy(_: web.Request) -> web.Response:
    """The process answers. Not whether the API server does: a restart would not cure that."""
    return web.Response(text="ok\n")


async def ready(request: web.Request) -> web.Response:
    """Whether the lab is Ready: as it was seen last, where the API server does not answer now."""
    lab = request.app[SITE].board.lab
    if lab is None or lab.ready is None or lab.ready.status != "True":
        return web.Response(text="the lab is not ready\n", status=503)
    return web.Response(text="ok\n")
