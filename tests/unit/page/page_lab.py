"""The real page in a socket, and an ordinary HTTP client of it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from streaminglab_page.__main__ import Running, running
from streaminglab_page.settings import Settings
from tests.patience import PATIENCE
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.patient import patient

PASSWORD = "page-secret-7f3a"
SECRETS = {
    "influxdb-password": "influx-secret-91b2",
    "influxdb-reader-token": "token-secret-c4d5",
    "kafka-ui-password": "ui-secret-aa01",
    "postgresql-password": "pg-secret-5e5e",
}
KEYS = (*SECRETS, "influxdb-username")


def settings(folder: Path, server: str, **changes: Any) -> Settings:
    """Settings below a temporary folder, with the files of a pod."""
    for name in ("login", "credentials", "account"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "login" / "page-password").write_text(f"{PASSWORD}\n")
    for key, value in {**SECRETS, "influxdb-username": "admin"}.items():
        (folder / "credentials" / key).write_text(value)
    # Not among the keys: nobody may ever get it.
    (folder / "credentials" / "influxdb-admin-token").write_text("admin-secret-0000")
    (folder / "account" / "token").write_text("account-token-1234\n")
    plain: dict[str, Any] = {
        "lab": "meteo",
        "namespace": "user-alice",
        "secret": "meteo-credentials",
        "password_file": folder / "login" / "page-password",
        "credentials": folder / "credentials",
        "keys": KEYS,
        "server": server,
        "account": folder / "account",
        "address": "127.0.0.1",
        "port": 0,
    }
    return Settings(**{**plain, **changes})


@dataclass
class Answer:
    """One answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    cookies: dict[str, Any]
    text: str

    @property
    def csrf(self) -> str:
        """What the page's own forms send along."""
        found = re.search(r'name="csrf" (?:content|value)="([^"]+)"', self.text)
        assert found, self.text
        return found[1]


class Browser:
    """A client that keeps cookies and remembers all that it was told."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url
        self.reported: list[str] = []

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        """One question; redirects are not followed."""
        async with self.session.request(
            method, self.url + path, allow_redirects=False, **options
        ) as answer:
            text = await answer.text()
            headers = answer.headers.copy()  # without regard to case
            self.reported.append(f"{dict(headers)}\n{text}")
            return Answer(answer.status, headers, dict(answer.cookies), text)

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.ask("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Answer:
        return await self.ask("POST", path, **options)

    async def log_in(self, password: str = PASSWORD, **headers: str) -> Answer:
        """Send the form."""
        return await self.post("/login", data={"password": password}, headers=headers)

    async def states(self) -> AsyncGenerator[dict[str, Any], None]:
        """The states that the stream tells, until it ends."""
        timeout = aiohttp.ClientTimeout(total=None)
        async with self.session.get(f"{self.url}/events", timeout=timeout) as answer:
            assert answer.status == 200, await answer.text()
            async for line in answer.content:
                text = line.decode()
                self.reported.append(text)
                if text.startswith("data: {"):
                    yield json.loads(text.removeprefix("data: "))

    async def state(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first state that is as wanted."""
        async with asyncio.timeout(PATIENCE), aclosing(self.states()) as states:
            async for state in states:
                if wanted(state):
                    return state
        raise AssertionError("the stream ended")


@asynccontextmanager
async def browser(page: Running) -> AsyncIterator[Browser]:
    """A browser without cookies."""
    jar = aiohttp.CookieJar(unsafe=True)  # also for addresses instead of names
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Browser(session, f"http://127.0.0.1:{page.port}")


@asynccontextmanager
async def visited(folder: Path, kube: KubeServer, **changes: Any) -> AsyncIterator[Browser]:
    """The page of the lab of an API server, and a browser that has not logged in."""
    with patient():
        async with (
            running(settings(folder, **{"server": kube.url, **changes})) as page,
            browser(page) as found,
        ):
            yield found
