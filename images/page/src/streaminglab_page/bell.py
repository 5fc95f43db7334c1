"""A bell that all hear who wait; what there is to see, each looks up himself."""

from __future__ import annotations

import asyncio


class Bell:
    """``rung``: how often it was rung."""

    def __init__(self) -> None:
        self.rung = 0
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody."""
        self.rung += 1
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def heard(self, since: int, seconds: float) -> bool:
        """Wait until it was rung more often than ``since``; False when it was not."""
        if self.rung != since:
            return True
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        return True
