"""A small, fast client of the Kubernetes API: raw JSON over pooled connections.

The floor is measured with it, so it must cost as little as possible: the official client takes
three times the CPU for an apply (decision 21).
"""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bench.errors import BenchError, WatchEnded

Json = dict[str, Any]

_APPLY = "application/apply-patch+yaml"
_METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"


class Client:
    """``async with Client.connect(server, token)``; every request raises BenchError from 400 on."""

    def __init__(self, session: aiohttp.ClientSession, server: str) -> None:
        self._session = session
        self.server = server

    @classmethod
    @asynccontextmanager
    async def connect(
        cls,
        server: str,
        token: str = "",
        context: ssl.SSLContext | None = None,
        connections: int = 32,
    ) -> AsyncIterator["Client"]:
        """``context``: how to check the server and who we are; without it, nothing is checked."""
        connector = aiohttp.TCPConnector(ssl=context or False, limit=connections)
        headers = {"User-Agent": "streaminglab-bench"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
            yield cls(session, server)

    async def text(
        self, method: str, path: str, *, body: str | None = None, headers: Mapping[str, str] = {}
    ) -> str:
        """One request; its answer as text."""
        async with self._session.request(
            method, self.server + path, data=body, headers=headers
        ) as response:
            text = await response.text()
            if response.status >= 400:
                raise BenchError(f"{method} {path}: {response.status} {text[:500]}")
            return text

    async def get(self, path: str) -> Json:
        """One object, or one list (in one page)."""
        answer: Json = json.loads(await self.text("GET", path))
        return answer

    async def create(self, path: str, document: Json) -> None:
        """Make one object; one that is there already is fine."""
        try:
            await self.text(
                "POST",
                path,
                body=json.dumps(document),
                headers={"Content-Type": "application/json"},
            )
        except BenchError as error:
            if ": 409 " not in str(error):
                raise

    async def apply(self, path: str, body: str, manager: str = "bench") -> None:
        """Server-side apply. The answer is metadata alone, as the operator asks for it too."""
        await self.text(
            "PATCH",
            f"{path}?fieldManager={manager}&force=true",
            body=body,
            headers={"Content-Type": _APPLY, "Accept": _METADATA},
        )

    async def delete(self, path: str) -> None:
        """Delete; what is gone already is fine."""
        try:
            await self.text("DELETE", path)
        except BenchError as error:
            if ": 404 " not in str(error):
                raise

    async def watch(self, path: str, version: str, selector: str = "") -> AsyncIterator[Json]:
        """Events after a resource version; ends with :class:`WatchEnded`."""
        params = {"watch": "1", "resourceVersion": version, "labelSelector": selector}
        timeout = aiohttp.ClientTimeout(total=None, sock_read=None)
        async with self._session.get(
            self.server + path, params=params, timeout=timeout, read_bufsize=2**20
        ) as response:
            pending = b""
            async for chunk in response.content.iter_any():
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    event: Json = json.loads(line)
                    if event["type"] == "ERROR":
                        raise WatchEnded(f"watch of {path}: {event['object']}")
                    yield event
        raise WatchEnded(f"the watch of {path} ended")


async def in_parallel(jobs: list[Any], at_once: int) -> None:
    """Await coroutines, at most so many at a time, in their order."""
    todo = iter(jobs)

    async def worker() -> None:
        for job in todo:
            await job

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(worker())


async def at_rate(jobs: list[Any], rate: float) -> None:
    """Await coroutines of which so many begin in a second, whether or not others have ended."""
    started = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number, job in enumerate(jobs):
            await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
            group.create_task(job)
