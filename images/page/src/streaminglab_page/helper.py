"""A process beside the page's own, which does what could end it: begun when it is needed, ended
when it is too slow. What it ends by is the fault of what it was given, and the page goes on.

`python3 -m MODULE`, one line of JSON in, one out. It bounds itself (`bound`) before it reads one.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any

from streaminglab_page.bounded import mapping

IDLE_SECONDS = 60.0
END_SECONDS = 1.0
FILE = 4 * 2**20


class Ending(StrEnum):
    """By what a process ended. ``LATE`` by the clock alone says nothing of what it was given: the
    machine may have had no time for it."""

    FAULT = "ended"
    BURNT = "too much time of the processor"
    LATE = "too late"


class Ended(Exception):
    """It ended by what it was given, or was ended because it took too long."""

    def __init__(self, by: Ending = Ending.FAULT) -> None:
        super().__init__(by.value)
        self.by = by


class Helper:
    """One process at most. Questions are asked one after the other. ``longest``: of an answer."""

    def __init__(self, module: str, *words: str, longest: int = 2**18) -> None:
        self._words, self._longest = ("-m", module, *words), longest
        self._process: Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[None] | None = None

    async def ask(self, asked: Mapping[str, Any], seconds: float) -> Mapping[str, Any]:
        """Its answer. Raises Ended."""
        if self._idle:
            self._idle.cancel()
        process = self._process or await self._start()
        try:
            async with asyncio.timeout(seconds):
                line = await _exchanged(process, f"{json.dumps(asked)}\n".encode())
            answer = json.loads(line)
        except (TimeoutError, OSError, ValueError) as error:
            by = Ending.LATE if isinstance(error, TimeoutError) else await self._ending()
            await self.close()
            raise Ended(by) from error
        except asyncio.CancelledError:
            # Its answer would be taken for that of the next question.
            await self.close()
            raise
        self._rest()
        return mapping(answer)

    async def close(self) -> None:
        """End it; the next question begins another one."""
        await _end(*self._taken())

    def _taken(self) -> tuple[Process | None, tempfile.TemporaryDirectory[str] | None]:
        """What is to be ended; whoever asks from now on begins another one."""
        taken = self._process, self._folder
        self._process = self._folder = None
        if self._idle:
            self._idle.cancel()
        return taken

    async def _ending(self) -> Ending:
        """Whether it has ended by the time of the processor that it may have (`hurry`)."""
        if self._process:
            with suppress(TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    if await self._process.wait() == -signal.SIGXCPU:
                        return Ending.BURNT
        return Ending.FAULT

    async def _start(self) -> Process:
        # Of its own: what it has written is gone with it, however it ended.
        self._folder = tempfile.TemporaryDirectory(prefix="helper-")
        environment = {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "TMPDIR": self._folder.name,
            "MALLOC_ARENA_MAX": "1",
            # What was large is the page's again as soon as it is no longer used.
            "MALLOC_MMAP_THRESHOLD_": "131072",
            "MALLOC_TRIM_THRESHOLD_": "131072",
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._words,
            stdin=PIPE,
            stdout=PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            limit=self._longest,
        )
        return self._process

    def _rest(self) -> None:
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._leave)

    def _leave(self) -> None:
        """Nobody has asked for a while: its memory is the page's again."""
        self._leaving = asyncio.create_task(_end(*self._taken()))


async def _end(process: Process | None, folder: tempfile.TemporaryDirectory[str] | None) -> None:
    if process:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if folder:
        folder.cleanup()


async def _exchanged(process: Process, line: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise OSError("it has no pipes")
    process.stdin.write(line)
    await process.stdin.drain()
    return await process.stdout.readline()


def bound(memory: int) -> None:
    """Bound this process, for good: bytes of data, small files, no core, behind the page."""
    for what, most in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_FSIZE, FILE)):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)


def hurry(seconds: int) -> None:
    """So much time of the processor from now on, and no more: of a busy machine the clock says
    nothing of what was done."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
