"""What all handlers share, and who asks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from aiohttp import web

from streaminglab_base.throttle import Throttle
from streaminglab_page import words
from streaminglab_page.board import Board
from streaminglab_page.connect import Connect
from streaminglab_page.exercises.desk import Desk
from streaminglab_page.flux import Influx
from streaminglab_page.kafka.cluster import Cluster
from streaminglab_page.kafka.follow import Followers
from streaminglab_page.kafka.reader import Reader
from streaminglab_page.kafka.records import Records
from streaminglab_page.kube import LabApi
from streaminglab_page.passwords import Passwords
from streaminglab_page.polled import Polled
from streaminglab_page.reader_token import KEY, ReaderToken
from streaminglab_page.sessions import Session, Sessions
from streaminglab_page.settings import Settings

PER_PROXY = 40
"""Wrong passwords that one proxy may pass on, whatever it says of where they come from."""


@dataclass(frozen=True, slots=True)
class Kafka:
    """Kafka's side of the page."""

    cluster: Cluster
    reader: Reader
    records: Records
    followers: Followers


@dataclass(frozen=True, slots=True)
class ConnectSide:
    """Kafka Connect's side of the page."""

    connect: Connect
    polled: Polled


@dataclass(slots=True)
class Site:
    """The page of one lab."""

    settings: Settings
    board: Board
    passwords: Passwords
    sessions: Sessions
    api: LabApi
    readers: Throttle = field(default_factory=Throttle)
    proxies: Throttle = field(default_factory=lambda: Throttle(limit=PER_PROXY))
    kafka: Kafka | None = None
    """None: the page was not told where Kafka is."""
    connect: ConnectSide | None = None
    influx: Influx | None = None
    token: ReaderToken | None = None
    alerts: Polled | None = None
    metrics: Polled | None = None
    desk: Desk | None = None
    """None: the lab has no exercises."""
    streams: int = 0
    """Browsers that follow the lab now."""

    @property
    def parts(self) -> list[str]:
        """Parts of the lab that the page itself can ask, by the names of their views."""
        known: dict[str, object] = {"kafka": self.kafka, "messages": self.kafka}
        known |= {"connect": self.connect, "influxdb": self.influx, "alerts": self.alerts}
        known |= {"metrics": self.metrics, "exercises": self.desk}
        return [name for name, side in known.items() if side is not None]

    @property
    def cookie(self) -> str:
        """Named after the lab: on localhost, cookies do not know one port from another."""
        whose = f"{self.settings.namespace}/{self.settings.lab}"
        return f"page-{hashlib.sha256(whose.encode()).hexdigest()[:8]}"

    def session(self, request: web.Request) -> Session | None:
        """Who asks; None who is not logged in."""
        cookie = request.cookies.get(self.cookie, "")
        return self.sessions.find(cookie, self.passwords.page()) if cookie else None

    async def credential(self, key: str) -> str:
        """The value of one of the lab's keys; empty where there is none, or nobody may ask."""
        value = self.passwords.value(key)
        if value is not None and key == KEY and self.token is not None:
            return await self.token.now()
        return value or ""


SITE = web.AppKey("site", Site)


def language(request: web.Request) -> str:
    """The language of the answer."""
    chosen = request.cookies.get(words.COOKIE, "")
    return words.choose(chosen, request.headers.get("Accept-Language", ""))


def html(text: str, status: int = 200) -> web.Response:
    """An answer for people."""
    return web.Response(text=text, status=status, content_type="text/html")


def see(path: str) -> web.Response:
    """Go there, by GET."""
    return web.Response(status=303, headers={"Location": path})
