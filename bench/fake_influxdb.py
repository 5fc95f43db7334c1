"""As much of InfluxDB's HTTP API as set-up and rotation need, for any number of labs at once.

Behind ``/{namespace}/{lab}`` there is one InfluxDB each, which remembers whether it was set up and
draws a token for each authorization, as the real one does (its API reference, v2).
"""

import asyncio
import math
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
USER = "fedcba9876543210"


class FakeInfluxDB:
    """``async with FakeInfluxDB().served() as url``: the URL holds {namespace} and {lab}.

    ``delays``: ``namespace/lab`` -> seconds before each of its answers; infinite: it never answers.
    """

    def __init__(self, delays: Mapping[str, float] | None = None) -> None:
        self._delays = delays or {}
        self._tokens: dict[str, list[dict[str, Any]]] = {}
        self.passwords: dict[str, str] = {}
        self.calls = 0

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Serve on loopback."""
        app = web.Application(middlewares=[self._late])
        prefix = "/{namespace}/{lab}/api/v2"
        app.router.add_get(prefix + "/setup", self._is_new)
        app.router.add_post(prefix + "/setup", self._set_up)
        app.router.add_get(prefix + "/authorizations", self._authorizations)
        app.router.add_post(prefix + "/authorizations", self._authorize)
        app.router.add_delete(prefix + "/authorizations/{id}", self._revoke)
        app.router.add_get(prefix + "/me", self._me)
        app.router.add_post(prefix + f"/users/{USER}/password", self._password)
        app.router.add_get(prefix + "/{collection}", self._list)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            port = runner.addresses[0][1]
            yield f"http://127.0.0.1:{port}/{{namespace}}/{{lab}}"
        finally:
            await runner.cleanup()

    @web.middleware
    async def _late(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        where = f"{request.match_info.get('namespace')}/{request.match_info.get('lab')}"
        seconds = self._delays.get(where, 0.0)
        if math.isinf(seconds):
            # Until whoever asks gives up.
            await asyncio.Event().wait()
        await asyncio.sleep(seconds)
        return await handler(request)

    def set_up_labs(self) -> int:
        """How many InfluxDBs were set up."""
        return len(self._tokens)

    def _key(self, request: web.Request) -> str:
        self.calls += 1
        return f"{request.match_info['namespace']}/{request.match_info['lab']}"

    async def _is_new(self, request: web.Request) -> web.Response:
        return web.json_response({"allowed": self._key(request) not in self._tokens})

    async def _set_up(self, request: web.Request) -> web.Response:
        key, body = self._key(request), await request.json()
        self._tokens.setdefault(key, [])
        self.passwords.setdefault(key, body["password"])
        return web.json_response({}, status=201)

    async def _me(self, request: web.Request) -> web.Response:
        self._key(request)
        return web.json_response({"id": USER, "name": "admin", "status": "active"})

    async def _password(self, request: web.Request) -> web.Response:
        self.passwords[self._key(request)] = (await request.json())["password"]
        return web.Response(status=204)

    async def _list(self, request: web.Request) -> web.Response:
        self._key(request)
        collection = request.match_info["collection"]
        return web.json_response({collection: [{"id": "0123456789abcdef"}]})

    async def _authorizations(self, request: web.Request) -> web.Response:
        return web.json_response({"authorizations": self._tokens.get(self._key(request), [])})

    async def _authorize(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        made = {**body, "id": secrets.token_hex(8), "token": secrets.token_urlsafe(64)}
        self._tokens.setdefault(self._key(request), []).append(made)
        return web.json_response(made, status=201)

    async def _revoke(self, request: web.Request) -> web.Response:
        key, gone = self._key(request), request.match_info["id"]
        self._tokens[key] = [t for t in self._tokens.get(key, []) if t["id"] != gone]
        return web.Response(status=204)
