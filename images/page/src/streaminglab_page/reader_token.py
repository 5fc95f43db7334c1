"""The token that InfluxDB is read with: the mounted one, or what InfluxDB has made in its place.

The kubelet brings a new value of a Secret into a running pod at its next look, a minute to a minute
and a half later. InfluxDB draws its tokens itself, so in a new lab, and where its volume was lost,
the page would know the right one only then. Until then it asks InfluxDB for it, by the login that
it has to hand out anyway.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from streaminglab_base.clock import Clock
from streaminglab_page.bounded import mapping, objects, text
from streaminglab_page.polled import CannotSay
from streaminglab_page.rest import ask, parsed

CLOCK = Clock()
KEY = "influxdb-reader-token"
LONGEST = 1024
"""Letters of a token; InfluxDB's own have 88."""
LISTED = 1_000
SOON_SECONDS = 2.0
"""Between two looks while there is no token: the lab's InfluxDB is being set up."""
LATER_SECONDS = 10.0
"""Between two looks for another one: what InfluxDB refuses may as well be a mistake in a query."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is mounted now: the token, and the user and his password. Empty: not there."""

    token: Callable[[], str]
    login: Callable[[], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Whose:
    """The lab whose token it is. ``metrics``: it may read their bucket too."""

    lab: str
    org: str
    metrics: bool = False

    def newest(self, answer: Any) -> str:
        """The newest token of the lab in InfluxDB's list; empty if there is none.

        The operator finds its tokens again by their descriptions, and so do we.
        """
        more = ", with metrics" if self.metrics else "(?:, with metrics)?"
        named = re.compile(rf"{re.escape(self.lab)}(?: #\d+)?: {KEY}{more}")
        found = [
            (text(each.get("createdAt")), _word(each.get("token")))
            for each in objects(mapping(answer).get("authorizations"), LISTED)
            if named.fullmatch(text(each.get("description"))) and each.get("status") == "active"
        ]
        return max((one for one in found if one[1]), default=("", ""))[1]


class ReaderToken:
    """The token as it is now. ``url``: InfluxDB's address."""

    def __init__(
        self, url: str, whose: Whose, stored: Stored, clock: Callable[[], float] = CLOCK.monotonic
    ) -> None:
        self._api, self._whose, self._stored = f"{url.rstrip('/')}/api/v2", whose, stored
        self._clock = clock
        self._found, self._mounted = "", ""
        self._next = float("-inf")
        self._turn = asyncio.Lock()

    async def now(self) -> str:
        """What to read with; empty while InfluxDB has none for us."""
        return self._known() or await self._other("", SOON_SECONDS)

    async def instead_of(self, refused: str) -> str:
        """Another one than the one that InfluxDB has refused; empty if there is none."""
        known = self._known()
        return known if known != refused else await self._other(refused, LATER_SECONDS)

    def _known(self) -> str:
        """What was found counts until the mounted one is another: that is the operator's word."""
        mounted = self._stored.token()
        if mounted != self._mounted:
            self._mounted, self._found = mounted, ""
        return self._found or mounted

    async def _other(self, than: str, wait: float) -> str:
        async with self._turn:
            if (known := self._known()) != than:
                return known
            if self._clock() < self._next:
                return ""
            try:
                found = await self._look()
            finally:
                self._next = self._clock() + wait
            if found and found != than:
                self._found = found
                return found
            return ""

    async def _look(self) -> str:
        user, password = self._stored.login()
        if not (user and password):
            return ""
        both = base64.b64encode(f"{user}:{password}".encode()).decode()
        login = {"Authorization": f"Basic {both}"}
        # A session of its own, whose cookie no other request carries.
        jar = aiohttp.CookieJar(unsafe=True)  # also for addresses instead of names
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            try:
                await ask(session, "POST", f"{self._api}/signin", headers=login)
                org = quote(self._whose.org, safe="")
                listed = await ask(session, "GET", f"{self._api}/authorizations?org={org}")
                with suppress(CannotSay):
                    await ask(session, "POST", f"{self._api}/signout")
                return self._whose.newest(parsed(listed))
            except CannotSay:
                # It is not set up yet, or somebody has given its user another password.
                return ""


def _word(found: object) -> str:
    """A token as it can stand in a header."""
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST:
        return ""
    return found if found.isascii() and found.isprintable() else ""
