"""Which address leads where."""

from __future__ import annotations

from aiohttp import web

from streaminglab_page.web import (
    assets,
    brokers,
    entry,
    exercises,
    guard,
    home,
    kafka,
    live,
    parts,
    records,
)
from streaminglab_page.web.site import SITE, Site

LARGEST_FORM = 4096


def application(site: Site) -> web.Application:
    """The whole site."""
    app = web.Application(middlewares=[guard.same_origin], client_max_size=LARGEST_FORM)
    app[SITE], app[assets.ASSETS] = site, assets.load()
    app.on_shutdown.append(_close)
    app.on_response_prepare.append(guard.add_headers)
    app.add_routes(
        [
            web.get("/", home.show),
            web.get("/session", home.session),
            web.get("/events", live.follow, allow_head=False),
            web.post("/credentials/{key}", home.credential),
            web.post("/brokers/{broker:[0-9]{1,9}}/{what:stop|start}", brokers.keep),
            web.post("/connect", parts.configure),
            web.post("/connect/{connector}/{verb:restart|pause|resume}", parts.do),
            web.post("/connect/{connector}/tasks/{task:[0-9]{1,5}}/restart", parts.restart_task),
            web.get("/influxdb/bucket", parts.bucket),
            web.post("/influxdb/query", parts.query),
            web.get("/exercises", exercises.show),
            web.post("/kafka/topics", records.create),
            web.post("/kafka/leaders", records.elect),
            web.get("/kafka/topics/{topic}/messages", records.read),
            web.post("/kafka/topics/{topic}/messages", records.write),
            web.get("/kafka/topics/{topic}/settings", kafka.topic_settings),
            web.get("/kafka/brokers/{broker:[0-9]{1,9}}/settings", kafka.broker_settings),
            web.get("/login", entry.show),
            web.post("/login", entry.enter),
            web.post("/logout", entry.leave),
            web.get("/language/{language}", entry.switch),
            web.get("/static/{name}", assets.serve),
            web.get("/healthz", home.healthy),
            web.get("/ready", home.ready),
        ]
    )
    return app


async def _close(app: web.Application) -> None:
    app[SITE].board.close()
