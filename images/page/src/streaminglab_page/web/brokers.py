"""Stopping and starting a broker: an edit of the lab's spec, which the operator carries out."""

from __future__ import annotations

from aiohttp import web

from streaminglab_page.kube import CannotRead
from streaminglab_page.own import Own
from streaminglab_page.web.guard import CSRF, logged_in, meant
from streaminglab_page.web.site import SITE


async def keep(request: web.Request) -> web.Response:
    """Keep a broker stopped, or no longer. What the API server refuses is told in its words."""
    meant(logged_in(request), request.headers.get(CSRF, ""))
    site, broker = request.app[SITE], int(request.match_info["broker"])
    lab = site.board.lab
    if lab is None or broker not in {one.id for one in lab.brokers}:
        raise web.HTTPNotFound(text=Own.NO_SUCH_BROKER)
    stop = request.match_info["what"] == "stop"
    stopped = {*lab.stopped, broker} if stop else set(lab.stopped) - {broker}
    try:
        await site.api.keep_stopped(stopped, lab.generation)
    except CannotRead as error:
        return web.json_response({"refused": error.trouble.detail}, status=422)
    return web.json_response({"stopped": sorted(stopped)})
