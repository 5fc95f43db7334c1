"""Values of a foreign JSON document, with bounds: nothing in it is trusted to be what it should.

A text may be megabytes long, a list may be a number, a name may hold characters that turn the
direction of writing. What is not as it should be is left out, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

SHORT = 253
"""Letters of a name, an address, a reason."""
LONG = 800
"""Letters of a sentence."""
HIGHEST = 2**53 - 1
"""The highest whole number that a browser can hold."""
# Control characters but the line's end, and those that turn the direction of writing (Unicode's
# "Trojan Source" characters): they would show another text than the one that is there.
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def text(value: object, limit: int = SHORT) -> str:
    """A text of at most ``limit`` letters; empty if it is none."""
    if not isinstance(value, str):
        return ""
    # Cut before it is cleaned: cleaning megabytes costs time.
    shown = _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", value[: limit + 1])
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def number(value: object) -> int | None:
    """A whole number that is not negative; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= HIGHEST else None


def mapping(value: object) -> Mapping[str, Any]:
    """An object; empty if it is none."""
    return value if isinstance(value, Mapping) else {}


def objects(value: object, limit: int) -> Iterator[Mapping[str, Any]]:
    """The objects among the first ``limit`` entries of a list."""
    if isinstance(value, list):
        yield from (entry for entry in value[:limit] if isinstance(entry, Mapping))
