"""Something of the lab that is asked for again and again while somebody looks, once for all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from streaminglab_page.bell import Bell
from streaminglab_page.looked import Looked

SECONDS = 3.0


class CannotSay(Exception):
    """It did not answer, or refused; the text is in its own words."""


class Polled(Looked):
    """``ask`` gives what is shown; ``text``: the newest as JSON, made once for all who look."""

    def __init__(
        self, ask: Callable[[], Awaitable[Any]], bell: Bell, seconds: float = SECONDS
    ) -> None:
        super().__init__()
        self._ask, self._bell, self._seconds = ask, bell, seconds
        self._found: Any = None
        self.version, self.text = 0, ""

    def hurry(self) -> None:
        """Ask now: somebody has changed something."""
        self._called.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._called.wait()
            self._called.clear()
            await self.read()
            if self._looking:
                asyncio.get_running_loop().call_later(self._seconds, self._called.set)

    async def read(self) -> None:
        """Once."""
        try:
            self._set({"trouble": None, "found": await self._ask()})
        except CannotSay as error:
            # What was seen last stays.
            before = self._found["found"] if self._found else None
            self._set({"trouble": str(error), "found": before})

    def _set(self, found: dict[str, Any]) -> None:
        if found == self._found:
            return
        self._found = found
        self.text = json.dumps(found)
        self.version += 1
        self._bell.ring()
