"""The decoding process, from outside: begun when it is needed, ended when it is too slow."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from streaminglab_page.bounded import mapping
from streaminglab_page.schemas.schema import Schema

SECONDS = 2.0
"""For a message."""
BEGIN_SECONDS = 10.0
"""For a schema: the first one loads the libraries, which takes seconds on a busy node."""
IDLE_SECONDS = 60.0
LINE = 2**18


class Ended(Exception):
    """It ended by what it was given, or was ended because it took too long."""


class Decoder:
    """One process at most. Questions are asked one after the other."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[None] | None = None

    async def begin(self, schema: Schema) -> Mapping[str, Any]:
        """The schema of the messages that come next. Raises Ended."""
        named = [[one.name, one.text] for one in schema.references]
        asked = {"id": schema.id, "kind": schema.kind, "text": schema.text, "references": named}
        return await self._ask({"schema": asked}, BEGIN_SECONDS)

    async def decode(self, data: bytes, longest: int) -> Mapping[str, Any]:
        """A message of that schema. Raises Ended."""
        asked = {"data": base64.b64encode(data).decode(), "longest": longest}
        return await self._ask(asked, SECONDS)

    async def close(self) -> None:
        """End it; the next question begins another one."""
        process, self._process = self._process, None
        folder, self._folder = self._folder, None
        if self._idle:
            self._idle.cancel()
        if process:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if folder:
            folder.cleanup()

    async def _ask(self, asked: Mapping[str, Any], seconds: float) -> Mapping[str, Any]:
        if self._idle:
            self._idle.cancel()
        process = self._process or await self._start()
        try:
            async with asyncio.timeout(seconds):
                line = await _exchanged(process, f"{json.dumps(asked)}\n".encode())
            answer = json.loads(line)
        except (TimeoutError, OSError, ValueError) as error:
            await self.close()
            raise Ended from error
        except asyncio.CancelledError:
            # Its answer would be taken for that of the next question.
            await self.close()
            raise
        self._rest()
        return mapping(answer)

    async def _start(self) -> Process:
        # Of its own: what it has written is gone with it, however it ended.
        self._folder = tempfile.TemporaryDirectory(prefix="decode-")
        environment = {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "TMPDIR": self._folder.name,
            "MALLOC_ARENA_MAX": "1",
        }
        words = ("-m", "streaminglab_page.schemas.child")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *words,
            stdin=PIPE,
            stdout=PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            limit=LINE,
        )
        return self._process

    def _rest(self) -> None:
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._leave)

    def _leave(self) -> None:
        """Nobody has asked for a while: its memory is the page's again."""
        self._leaving = asyncio.create_task(self.close())


async def _exchanged(process: Process, line: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise OSError("it has no pipes")
    process.stdin.write(line)
    await process.stdin.drain()
    return await process.stdout.readline()
