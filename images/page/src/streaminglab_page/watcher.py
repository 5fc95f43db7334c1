"""Keeps the board true: list, watch, and after a fault list again, ever more slowly."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Protocol

from streaminglab_page.board import Board, Trouble, Unread
from streaminglab_page.bounded import mapping
from streaminglab_page.kube import CannotRead, TooOld
from streaminglab_page.view import Lab

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
SHORTEST_WATCH = 1.0
"""Seconds: a server that ends every watch at once is not asked in a loop."""


class Source(Protocol):
    """Where the lab comes from."""

    async def list(self) -> tuple[Mapping[str, Any] | None, str]:
        """The lab, or None, and the version to watch from."""

    def watch(self, version: str) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """Events from that version on."""


class Watcher:
    """``read`` makes what is shown of what the API gives."""

    def __init__(
        self,
        source: Source,
        board: Board,
        read: Callable[[Mapping[str, Any]], Lab],
    ) -> None:
        self._source, self._board, self._read = source, board, read
        self._reported: Trouble | None = None

    async def run(self) -> None:
        """For ever."""
        failures = 0
        while True:
            try:
                version = await self._list()
                failures = 0
                while version:
                    version = await self._watch(version)
                    await asyncio.sleep(SHORTEST_WATCH)
            except TooOld:
                continue
            except CannotRead as error:
                failures += 1
                self._fail(error.trouble)
                await asyncio.sleep(pause(failures))

    async def _list(self) -> str:
        raw, version = await self._source.list()
        self._reported = None
        self._shown(raw)
        return version

    async def _watch(self, version: str) -> str:
        async for kind, item in self._source.watch(version):
            version = str(mapping(item.get("metadata")).get("resourceVersion", version))
            if kind != "BOOKMARK":
                self._shown(None if kind == "DELETED" else item)
        return version

    def _shown(self, raw: Mapping[str, Any] | None) -> None:
        if raw is None:
            self._board.clear()
        else:
            self._board.show(self._read(raw))

    def _fail(self, trouble: Trouble) -> None:
        if trouble != self._reported:  # once, and not at each of the tries that follow
            log.warning("the lab cannot be read: %s: %s", trouble.cause, trouble.detail)
        self._reported = trouble
        if trouble.cause == Unread.MISSING:
            self._board.clear()
        else:
            self._board.fail(trouble)


def pause(failures: int) -> float:
    """Seconds until the next try: doubling, with some chance so that not all pages ask at once."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 16))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311
