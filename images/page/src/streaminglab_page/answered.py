"""One of several questions asked at once: no answer to it costs what it would have told."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def answered(
    asked: Awaitable[T], otherwise: T, unread: dict[str, str], what: str, refused: type[Exception]
) -> T:
    """The answer, or something instead. ``refused``: how it is said that there is none; ``unread``:
    there it is noted why, by ``what``."""
    try:
        return await asked
    except refused as error:
        unread[what] = str(error)
        return otherwise
