"""Questions about Kafka that are asked once, and not followed."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from streaminglab_page.bounded import text
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.own import Own
from streaminglab_page.web.guard import logged_in
from streaminglab_page.web.site import SITE, Kafka


def kafka(request: web.Request) -> Kafka:
    """Kafka's side, for who is logged in. Raises 401, and 404 where there is none."""
    logged_in(request)
    found = request.app[SITE].kafka
    if found is None:
        raise web.HTTPNotFound(text=Own.NO_KAFKA)
    return found


def refused(error: CannotAsk) -> web.Response:
    """What Kafka said, for people: the page shows it as it is."""
    return web.json_response({"refused": str(error)}, status=422)


async def topic_settings(request: web.Request) -> web.Response:
    """Settings of a topic that differ from the default."""
    asked = kafka(request)
    try:
        found = await asked.cluster.settings(topic=text(request.match_info["topic"]))
    except CannotAsk as error:
        return refused(error)
    return web.json_response([asdict(setting) for setting in found])


async def broker_settings(request: web.Request) -> web.Response:
    """Settings of a broker that differ from the default."""
    asked = kafka(request)
    try:
        found = await asked.cluster.settings(broker=int(request.match_info["broker"]))
    except CannotAsk as error:
        return refused(error)
    return web.json_response([asdict(setting) for setting in found])
