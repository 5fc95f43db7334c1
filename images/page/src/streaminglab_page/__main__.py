"""Serve until SIGTERM: `python3 -m streaminglab_page`."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web

from streaminglab_base import program
from streaminglab_base.stopping import Stopping
from streaminglab_page import settings
from streaminglab_page.alerts import Alerts
from streaminglab_page.bell import Bell
from streaminglab_page.board import Board
from streaminglab_page.connect import Connect
from streaminglab_page.exercises.asking import Asking, Parts
from streaminglab_page.exercises.desk import Desk
from streaminglab_page.exercises.source import SetSource
from streaminglab_page.flux import Database, Influx
from streaminglab_page.kafka.apart import Apart
from streaminglab_page.kafka.cluster import Cluster
from streaminglab_page.kafka.follow import Followers
from streaminglab_page.kafka.message import Decode, undecoded
from streaminglab_page.kafka.reader import Reader
from streaminglab_page.kafka.records import Records
from streaminglab_page.kube import LabApi
from streaminglab_page.lab import lab
from streaminglab_page.metrics import Metrics
from streaminglab_page.passwords import Passwords
from streaminglab_page.polled import Polled
from streaminglab_page.reader_token import KEY, ReaderToken, Stored, Whose
from streaminglab_page.schemas.decoding import Decoding
from streaminglab_page.schemas.process import Decoder
from streaminglab_page.schemas.registry import Registry
from streaminglab_page.schemas.subjects import Subjects
from streaminglab_page.sessions import Sessions
from streaminglab_page.settings import Settings
from streaminglab_page.view import Lab
from streaminglab_page.watcher import Watcher
from streaminglab_page.web.app import application
from streaminglab_page.web.doors import Doors
from streaminglab_page.web.site import ConnectSide, Kafka, Site

log = logging.getLogger("streaminglab_page")

EXIT_SETTINGS = 2
LAST_WORDS_SECONDS = 1.0
ALERTS_SECONDS = 10.0
"""As often as InfluxDB looks, in a lab that does not say otherwise."""
METRICS_SECONDS = 5.0
"""As often as brokers are asked, likewise."""


@dataclass(frozen=True, slots=True)
class Running:
    """``port``: where the page is; ``watching``: ends only by a fault of ours."""

    port: int
    watching: asyncio.Task[None]


@asynccontextmanager
async def running(chosen: Settings) -> AsyncIterator[Running]:
    """Watch the lab and serve its page; port 0 takes any."""
    passwords, board = Passwords(chosen), Board()
    sessions = Sessions(f"{chosen.namespace}/{chosen.lab}")
    # Of the processes apart one works at a time: beside each other they do not fit into the pod.
    turn = asyncio.Lock()
    async with (
        LabApi.connect(chosen) as api,
        aiohttp.ClientSession() as rest,
        _decoding(chosen, rest, turn) as decode,
        _kafka(chosen.kafka, board.bell, decode, turn) as kafka,
    ):
        token = _token(chosen, passwords)
        influx = _influx(chosen, rest, token)
        site = Site(
            chosen,
            board,
            passwords,
            sessions,
            api,
            kafka=kafka,
            connect=_connect(chosen, rest, board.bell),
            influx=influx,
            token=token,
            alerts=Polled(Alerts(influx).read, board.bell, ALERTS_SECONDS) if influx else None,
            metrics=_metrics(chosen, influx, board.bell),
        )
        site.desk = _desk(site, rest)
        app = application(site)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=LAST_WORDS_SECONDS)
        await runner.setup()
        watcher = Watcher(api, board, partial(_read, site))
        try:
            async with Doors(runner, chosen.address, chosen.port) as doors:
                watching = asyncio.create_task(_watch(watcher, site))
                try:
                    yield Running(doors.port, watching)
                finally:
                    watching.cancel()
        finally:
            # Last, when nobody comes in any more.
            await runner.cleanup()


@asynccontextmanager
async def _decoding(
    chosen: Settings, rest: aiohttp.ClientSession, turn: asyncio.Lock
) -> AsyncIterator[Decode]:
    if not chosen.registry:
        yield undecoded
        return
    decoder = Decoder()
    try:
        yield Decoding(Registry(rest, chosen.registry), decoder, turn=turn)
    finally:
        await decoder.close()


@asynccontextmanager
async def _kafka(
    servers: str, bell: Bell, decode: Decode, turn: asyncio.Lock
) -> AsyncIterator[Kafka | None]:
    if not servers:
        yield None
        return
    cluster = Cluster(servers)
    apart = Apart(servers, cluster, turn)
    records = Records(servers, cluster, apart, decode)
    try:
        yield Kafka(
            cluster, Reader(cluster, bell), records, Followers(cluster, apart, bell, decode)
        )
    finally:
        await apart.close()


def _connect(chosen: Settings, rest: aiohttp.ClientSession, bell: Bell) -> ConnectSide | None:
    if not chosen.connect:
        return None
    connect = Connect(rest, chosen.connect)
    return ConnectSide(connect, Polled(connect.read, bell))


def _token(chosen: Settings, passwords: Passwords) -> ReaderToken | None:
    if not chosen.influxdb:
        return None
    whose = Whose(chosen.lab, chosen.org, metrics=bool(chosen.metrics_bucket))
    stored = Stored(lambda: passwords.value(KEY) or "", partial(passwords.login, "influxdb"))
    return ReaderToken(chosen.influxdb, whose, stored)


def _influx(
    chosen: Settings, rest: aiohttp.ClientSession, token: ReaderToken | None
) -> Influx | None:
    if token is None:
        return None
    return Influx(rest, Database(chosen.influxdb, chosen.org, chosen.bucket, token))


def _metrics(chosen: Settings, influx: Influx | None, bell: Bell) -> Polled | None:
    if influx is None or not chosen.metrics_bucket:
        return None
    return Polled(Metrics(influx, chosen.metrics_bucket).read, bell, METRICS_SECONDS)


def _desk(site: Site, rest: aiohttp.ClientSession) -> Desk | None:
    chosen, kafka, connect = site.settings, site.kafka, site.connect
    source = SetSource(chosen.exercises, chosen.exercises_config_map, chosen.exercises_folder)
    if not source.called:
        return None
    parts = Parts(
        watched=kafka.reader if kafka else None,
        brokers=kafka.cluster if kafka else None,
        messages=kafka.records if kafka else None,
        connect=connect.connect if connect else None,
        influx=site.influx,
        registry=Subjects(rest, chosen.registry) if chosen.registry else None,
    )
    return Desk(source, Asking(parts), site.api, site.board.bell)


def _read(site: Site, raw: Mapping[str, Any]) -> Lab:
    if site.desk:
        site.desk.hear(raw)
    return lab(raw, site.passwords.logins())


async def _watch(watcher: Watcher, site: Site) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(watcher.run())
        if site.kafka:
            tasks.create_task(site.kafka.reader.run())
        if site.connect:
            tasks.create_task(site.connect.polled.run())
        if site.desk:
            tasks.create_task(site.desk.run())
        for polled in (site.alerts, site.metrics):
            if polled:
                tasks.create_task(polled.run())


async def serve(chosen: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(chosen) as page:
        log.info("the page of lab %s/%s is on port %d", chosen.namespace, chosen.lab, page.port)
        # A page that no longer watches would show old news for ever: better that it ends.
        page.watching.add_done_callback(lambda _: stop.set())
        await stop.wait()
        if page.watching.done():
            page.watching.result()
    log.info("stopped")


def main() -> int:
    """2 when the settings cannot work."""
    return program.serve("page", _work, stopped=0, refused=EXIT_SETTINGS)


def _work(_stopping: Stopping) -> int:
    # asyncio's loop takes the signals over from Stopping: a wait for a browser ends at once.
    asyncio.run(serve(settings.read()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
