"""Kafka Connect and InfluxDB: what a person asks of them, and does to them."""

from __future__ import annotations

from collections.abc import Awaitable

from aiohttp import web

from streaminglab_page.bounded import mapping, text
from streaminglab_page.own import Own
from streaminglab_page.polled import CannotSay
from streaminglab_page.web.guard import logged_in
from streaminglab_page.web.records import sent
from streaminglab_page.web.site import SITE, ConnectSide

FLUX = 20_000
"""Letters of a query."""


async def do(request: web.Request) -> web.Response:
    """Restart, pause or resume a connector."""
    side = await _connect(request)
    name, verb = request.match_info["connector"], request.match_info["verb"]
    return await _done(side, side.connect.do(name, verb))


async def restart_task(request: web.Request) -> web.Response:
    """Restart one task."""
    side = await _connect(request)
    name, task = request.match_info["connector"], int(request.match_info["task"])
    return await _done(side, side.connect.restart_task(name, task))


async def configure(request: web.Request) -> web.Response:
    """Make a connector: its configuration is the JSON that somebody typed."""
    wanted = await sent(request)
    side = _side(request)
    name, config = text(wanted.get("name")), mapping(wanted.get("config"))
    if not name.strip() or not config:
        return _refused(CannotSay(Own.NOT_A_CONNECTOR))
    return await _done(side, side.connect.configure(name, config))


async def query(request: web.Request) -> web.Response:
    """A Flux query."""
    asked = text((await sent(request)).get("flux"), FLUX)
    influx = request.app[SITE].influx
    if influx is None:
        raise web.HTTPNotFound(text=Own.NO_INFLUXDB)
    try:
        return web.json_response(await influx.query(asked))
    except CannotSay as error:
        return _refused(error)


async def bucket(request: web.Request) -> web.Response:
    """The name of the lab's bucket; empty: there is no InfluxDB."""
    logged_in(request)
    influx = request.app[SITE].influx
    return web.json_response({"bucket": influx.bucket if influx else ""})


async def _connect(request: web.Request) -> ConnectSide:
    await sent(request)
    return _side(request)


def _side(request: web.Request) -> ConnectSide:
    side = request.app[SITE].connect
    if side is None:
        raise web.HTTPNotFound(text=Own.NO_CONNECT)
    return side


async def _done(side: ConnectSide, asked: Awaitable[None]) -> web.Response:
    try:
        await asked
    except CannotSay as error:
        return _refused(error)
    finally:
        side.polled.hurry()
    return web.json_response({})


def _refused(error: CannotSay) -> web.Response:
    return web.json_response({"refused": str(error)}, status=422)
