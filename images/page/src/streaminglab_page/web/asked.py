"""What a browser writes into an address: bounded, and never an error."""

from __future__ import annotations

from collections.abc import Mapping

from streaminglab_page.bounded import HIGHEST
from streaminglab_page.kafka.message import Wanted

WORDS = 500
"""Letters of a key or a text that is looked for."""


def whole(told: str, otherwise: int) -> int:
    """A whole number."""
    if not told.isascii() or not told.isdigit() or len(told) > len(str(HIGHEST)):
        return otherwise
    return int(told)


def filter_of(asked: Mapping[str, str]) -> Wanted:
    """Which messages: by ``key`` and ``text``."""
    return Wanted(_bytes(asked.get("key", "")), _bytes(asked.get("text", "")))


def _bytes(told: str) -> bytes:
    return told[:WORDS].encode("utf-8", "replace")
