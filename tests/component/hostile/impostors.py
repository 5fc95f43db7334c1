"""Servers in the place of a lab's InfluxDB and Connect, each as bad as a student can make it."""

import asyncio
import json
import threading
import zlib
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from aiohttp import web

from tools.machine.ports import free_port

ADDRESSES = 8
MEGABYTE = b"0" * 2**20

T = TypeVar("T")
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Impostor:
    """Listens at loopback addresses, one for each hostile lab, as each has its own Service.
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
        self._port = free_port()

    def url_of(self, lab: str) -> str:
        """``boom7`` is at 127.0.2.7."""
        if self._named:
            return f"http://localhost:{self._port}"
        return f"http://127.0.2.{int(lab.removeprefix('boom'))}:{self._port}"

    async def serve(self) -> web.AppRunner:
        """Begin to listen; over with the runner's cleanup."""
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/inner/{path:.*}", self._inner)
        app.router.add_route("*", "/{path:.*}", self._any)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        for host in ("127.0.0.1", *(f"127.0.2.{i}" for i in range(ADDRESSES))):
            await web.TCPSite(runner, host, self._port).start()
        return runner

    async def _inner(self, _: web.Request) -> web.StreamResponse:
        self.lured += 1
        return web.json_response({"message": "words of an inner service"}, status=403)

    async def _any(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        self.cookies += request.headers.getall("Cookie", [])
        return await self.answer(request)


@contextmanager
def served(impostors: Iterable[Impostor]) -> Iterator[None]:
    """All of them, by a thread with a loop of its own: their work is no step of the operator's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="impostors", daemon=True)
    thread.start()

    def done(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(60)

    runners: list[web.AppRunner] = []
    try:
        for impostor in impostors:
            runners.append(done(impostor.serve()))
        yield
    finally:
        done(_cleaned(runners))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _cleaned(runners: Iterable[web.AppRunner]) -> None:
    await asyncio.gather(*(runner.cleanup() for runner in runners))


async def silent(_: web.Request) -> web.StreamResponse:
    """Takes the request, and answers after every patience is over."""
    await asyncio.sleep(3600)
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
    return web.Response(body=_bomb(), headers={"Content-Encoding": "gzip"})


@cache
def _bomb() -> bytes:
    """In parts, so that who makes it does not hold it whole."""
    packed = zlib.compressobj(wbits=31)
    return b"".join(packed.compress(bytes(2**20)) for _ in range(64)) + packed.flush()


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
