"""Something that is kept true while somebody looks at it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Looked:
    """``_looking``: how many look now; ``_called``: set when one comes, to be cleared by who keeps
    it true."""

    def __init__(self) -> None:
        self._looking, self._called = 0, asyncio.Event()

    @contextmanager
    def looked_at(self) -> Iterator[None]:
        """Somebody looks, until the end."""
        self._looking += 1
        self._called.set()
        try:
            yield
        finally:
            self._looking -= 1
