"""A schema registry in a socket, by Confluent's API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class RegistryServer:
    """``schemas``: by number; ``subjects``: by name, each with one version. ``asked``: paths."""

    schemas: dict[int, Any] = field(default_factory=dict)
    subjects: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    slow: float = 0.0

    def put(self, number: int, text: str, kind: str = "", references: Any = ()) -> None:
        """A schema; without a kind the registry names none, which is Avro."""
        self.schemas[number] = _answer(text, kind, references)

    def put_subject(self, name: str, text: str, kind: str = "", references: Any = ()) -> None:
        """One that others refer to."""
        self.subjects[name] = _answer(text, kind, references)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        await asyncio.sleep(self.slow)
        match request.path.split("/")[2:]:
            case ["schemas", "ids", number]:
                found = self.schemas.get(int(number))
            case ["subjects", name, "versions", "1"]:
                found = self.subjects.get(name)
            case _:
                found = None
        if found is None:
            words = {"error_code": 40403, "message": "Schema not found"}
            return web.json_response(words, status=404)
        return web.json_response(found)


def _answer(text: str, kind: str, references: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"schema": text}
    if kind:
        found["schemaType"] = kind
    if references:
        found["references"] = [
            {"name": name, "subject": subject, "version": 1} for name, subject in references
        ]
    return found


@asynccontextmanager
async def registry_server() -> AsyncIterator[RegistryServer]:
    """An empty one, until the end."""
    server = RegistryServer()
    app = web.Application()
    app.router.add_get("/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    yield server
    await runner.cleanup()
