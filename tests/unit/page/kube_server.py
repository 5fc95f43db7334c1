"""A Kubernetes API server in a socket that knows one StreamingLab, and how to be difficult."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.patience import PATIENCE

PATH = "/apis/streaminglab.dev/v1alpha1/namespaces/{namespace}/streaminglabs"


def lab_gone(version: int) -> dict[str, Any]:
    """The last that a watch tells of a lab."""
    return {"metadata": {"name": "meteo", "resourceVersion": str(version)}}


class KubeServer:
    """``lab``: what it holds; ``refusal``: a status and message that it answers instead."""

    def __init__(self) -> None:
        self.lab: dict[str, Any] | None = None
        self.version = 1
        self.refusal: tuple[int, str] | None = None
        self.raw: bytes | None = None
        """Bytes that it answers instead of a list."""
        self.requests: list[web.Request] = []
        self.edits: list[tuple[str, Any]] = []
        """What was patched: the content type, and the edit."""
        self._watches: list[asyncio.Queue[dict[str, Any] | bytes | None]] = []
        self._news = asyncio.Event()
        self.url = ""

    @property
    def watches(self) -> int:
        """How many follow now."""
        return len(self._watches)

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait for questions, until it is as wanted."""
        async with asyncio.timeout(PATIENCE):
            while not wanted():
                self._news.clear()
                await self._news.wait()

    def put(self, lab: dict[str, Any]) -> None:
        """The lab changes, and who watches hears of it."""
        kind = "MODIFIED" if self.lab else "ADDED"
        self.version += 1
        lab["metadata"]["resourceVersion"] = str(self.version)
        self.lab = lab
        self.send({"type": kind, "object": lab})

    def delete(self) -> None:
        """The lab goes."""
        self.version += 1
        lab, self.lab = self.lab, None
        self.send({"type": "DELETED", "object": lab})

    def send(self, event: dict[str, Any] | bytes | None) -> None:
        """Something to all who watch; None ends their watches."""
        for queue in self._watches:
            queue.put_nowait(event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self._news.set()
        if self.refusal:
            code, message = self.refusal
            said = {"kind": "Status", "code": code, "message": message}
            return web.json_response(said, status=code)
        if request.query.get("watch") == "1":
            return await self._watch(request)
        if self.raw is not None:
            return web.Response(body=self.raw, content_type="application/json")
        items = [self.lab] if self.lab else []
        return web.json_response(
            {"metadata": {"resourceVersion": str(self.version)}, "items": items}
        )

    async def edit(self, request: web.Request) -> web.StreamResponse:
        """A JSON patch of the lab, which is only noted, unless it is about another generation."""
        edits = json.loads(await request.text())
        self.edits.append((request.content_type, edits))
        generation = self.lab["metadata"].get("generation", 0) if self.lab else 0
        if any(edit["op"] == "test" and edit["value"] != generation for edit in edits):
            message = "the server rejected our request due to an error in our request"
            return web.json_response({"kind": "Status", "message": message}, status=422)
        return await self.answer(request)

    async def edit_status(self, request: web.Request) -> web.StreamResponse:
        """A JSON patch of the lab's status, which is carried out: of ``add`` alone."""
        edits = json.loads(await request.text())
        self.edits.append((request.content_type, edits))
        if self.refusal is None and self.lab is not None:
            lab = json.loads(json.dumps(self.lab))
            for edit in edits:
                if edit["op"] == "add":
                    lab["status"][edit["path"].removeprefix("/status/")] = edit["value"]
            self.put(lab)
        return await self.answer(request)

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        queue: asyncio.Queue[dict[str, Any] | bytes | None] = asyncio.Queue()
        self._watches.append(queue)
        if int(request.query["resourceVersion"]) < self.version:
            # What happened between the list and the watch.
            kind = "MODIFIED" if self.lab else "DELETED"
            queue.put_nowait({"type": kind, "object": self.lab or lab_gone(self.version)})
        self._news.set()
        try:
            while (event := await queue.get()) is not None:
                raw = event if isinstance(event, bytes) else json.dumps(event).encode() + b"\n"
                await response.write(raw)
        except ConnectionResetError:
            pass
        finally:
            self._watches.remove(queue)
        return response


@asynccontextmanager
async def kube_server() -> AsyncIterator[KubeServer]:
    """It listens on loopback until the end."""
    server = KubeServer()
    app = web.Application()
    app.router.add_get(PATH, server.answer)
    app.router.add_patch(f"{PATH}/meteo", server.edit)
    app.router.add_patch(f"{PATH}/meteo/status", server.edit_status)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.send(None)
        await runner.cleanup()
