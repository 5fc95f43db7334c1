"""Servers in the place of a lab's InfluxDB and Connect, each as bad as a student can make it."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

ADDRESSES = 32
MEGABYTE = b"0" * 2**20
_BOMB = gzip.compress(bytes(2**26))

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Impostor:
    """Listens at many loopback addresses, one for each hostile lab, as each has its own Service.
    ``named``: at a name, because there are cookies for names alone.

    - ``asked``: how many requests came
    - ``lured``: requests that came to where its redirects lead
    - ``cookies``: what was sent back of its cookies
    """

    def __init__(self, answer: Answer, *, named: bool = False) -> None:
        self._named = named
        self.answer = answer
        self.asked = 0
        self.lured = 0
        self.cookies: list[str] = []
        self._port = 0
        self._news = asyncio.Condition()

    async def reached(self, requests: int) -> None:
        """So many requests have come: the attack is under way."""
        async with asyncio.timeout(120):
            async with self._news:
                await self._news.wait_for(lambda: self.asked >= requests)

    def url_of(self, lab: str) -> str:
        """``boom7`` is at 127.0.2.7."""
        if self._named:
            return f"http://localhost:{self._port}"
        return f"http://127.0.2.{int(lab.removeprefix('boom'))}:{self._port}"

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Serve on loopback."""
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/inner/{path:.*}", self._inner)
        app.router.add_route("*", "/{path:.*}", self._any)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.2.0", 0).start()
        self._port = runner.addresses[0][1]
        for host in ("127.0.0.1", *(f"127.0.2.{i}" for i in range(1, ADDRESSES))):
            await web.TCPSite(runner, host, self._port).start()
        try:
            yield
        finally:
            await runner.cleanup()

    async def _inner(self, _: web.Request) -> web.StreamResponse:
        self.lured += 1
        return web.json_response({"message": "words of an inner service"}, status=403)

    async def _any(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        self.cookies += request.headers.getall("Cookie", [])
        async with self._news:
            self._news.notify_all()
        return await self.answer(request)


async def silent(_: web.Request) -> web.StreamResponse:
    """Takes the request, and answers after every patience is over."""
    await asyncio.sleep(600)
    return web.Response()


async def endless(request: web.Request) -> web.StreamResponse:
    """An answer that never ends, as fast as it goes."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(MEGABYTE)


async def dripping(request: web.Request) -> web.StreamResponse:
    """An answer that never ends, a byte at a time."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.05)


async def deep(_: web.Request) -> web.StreamResponse:
    """JSON of half a million brackets."""
    return web.Response(text="[" * 500_000)


async def wide(_: web.Request) -> web.StreamResponse:
    """JSON of very many very small values."""
    return web.Response(text="[" + "[]," * 170_000 + "1]")


async def bomb(_: web.Request) -> web.StreamResponse:
    """Sixty-four megabytes in a few kilobytes of gzip."""
    return web.Response(body=_BOMB, headers={"Content-Encoding": "gzip"})


async def redirecting(request: web.Request) -> web.StreamResponse:
    """To another server, with the request's body."""
    return web.Response(status=307, headers={"Location": f"http://{request.host}/inner/x"})


async def baking(request: web.Request) -> web.StreamResponse:
    """As many cookies as there is room for."""
    response = web.json_response({})
    for i in range(26):
        response.headers.add("Set-Cookie", f"x{i}={'A' * 300}; Path=/")
    return response


async def echoing(request: web.Request) -> web.StreamResponse:
    """An error that is as long as can be, and quotes all that it was sent."""
    sent = " ".join([*request.headers.values(), await request.text()])
    return web.json_response({"message": (sent + " ") * 200}, status=500)


async def lying(_: web.Request) -> web.StreamResponse:
    """Other types than those that were asked for."""
    odd = {"task": "1e999", "id": [], "state": {}, "connector": 7, "info": {"tasks": [[]]}}
    answer = {"allowed": True, "orgs": [odd], "buckets": 7, "authorizations": [[]], "x": odd}
    return web.Response(text=json.dumps(answer).replace('"1e999"', "1e999"))


async def failing(request: web.Request) -> web.StreamResponse:
    """Connectors that fail, each with traces of the worst shape and the largest size."""
    if request.method != "GET" or "expand" not in request.query:
        return web.Response(status=409)
    shapes = ["://:", "token", '"token":"', "\n", "Caused by: ", "[", "password=", "\\"]
    found = {}
    for i in range(60):
        shape = shapes[i % len(shapes)]
        state = {
            "state": "FAILED",
            "worker_id": shape * 1000,
            "trace": shape * (14_000 // len(shape)),
        }
        config = {"uri": "${secret:/etc/streaminglab/secrets/boom:v}", "password": shape * 100}
        info = {"config": config, "tasks": [{"task": 0}]}
        found[f"c{i}"] = {
            "info": info,
            "status": {"connector": state, "tasks": [{"id": 0, **state}]},
        }
    return web.json_response(found)


async def idle(request: web.Request) -> web.StreamResponse:
    """Connect without connectors, that never ends a check: the calls that may take a minute."""
    if request.method == "GET":
        return web.json_response({})
    return await silent(request)
