"""Bytes of a message, as people can read them: bounded, and never trusted. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from streaminglab_page.bounded import text

LONGEST = 4_000
"""Letters of a value that are shown."""
UNFOLDED = 32_768
"""Bytes of JSON that are unfolded; of more, the beginning is shown as it is."""
HEX = 256
MAGIC = 0
SCHEMA_HEADER = 5
DECODED = UNFOLDED
"""Bytes of a value that is decoded; a larger one is not."""
INDENTED = json.JSONEncoder(ensure_ascii=False, indent=2)


@dataclass(frozen=True, slots=True)
class Shown:
    """Bytes as text.

    - ``kind``: ``null``, ``json``, ``text``, ``schema`` (not decoded), ``decoded`` or ``binary``
    - ``size`` in bytes; ``cut``: whether there is more than is shown
    - ``schema``: its number in the registry, or -1; ``format``: what wrote it, such as AVRO
    - ``cause``: why it is not decoded, a word that the browser has a sentence for; ``detail``: in
      the words of who refused
    - ``raw``: what is left to be decoded; ``longest``: letters that are shown of it. No browser
      gets these
    """

    kind: str
    text: str
    size: int
    cut: bool = False
    schema: int = -1
    format: str = ""
    cause: str = ""
    detail: str = ""
    raw: bytes = field(default=b"", repr=False)
    longest: int = LONGEST


def shown(value: bytes | None, *, longest: int = LONGEST, keep: bool = False) -> Shown:
    """What a value is, as far as its bytes tell; ``keep`` them, to be decoded by a schema."""
    if value is None:
        return Shown("null", "", 0)
    schema = schema_of(value)
    if schema >= 0:
        raw = value[SCHEMA_HEADER:] if keep and len(value) <= DECODED else b""
        cut = len(value) > HEX
        return Shown("schema", _hex(value), len(value), cut, schema, raw=raw, longest=longest)
    words = _words(value, longest)
    if words is None:
        return Shown("binary", _hex(value), len(value), len(value) > HEX)
    if unfolded := unfold(value, longest):
        return Shown("json", text(unfolded, longest), len(value), len(unfolded) > longest)
    cut = len(words) > longest or len(words.encode()) < len(value)
    return Shown("text", text(words, longest), len(value), cut)


def schema_of(value: bytes) -> int:
    """The number of the schema in Confluent's wire format: a zero, and four bytes; -1: none."""
    if len(value) > SCHEMA_HEADER and value[0] == MAGIC:
        return int.from_bytes(value[1:SCHEMA_HEADER], "big")
    return -1


def _words(value: bytes, longest: int) -> str | None:
    # Cut before it is decoded: a letter that is cut in two at the end is no fault.
    head = value[: longest * 4]
    for end in range(len(head), max(len(head) - 4, -1), -1):
        try:
            found = head[:end].decode()
        except UnicodeDecodeError:
            if len(head) == len(value):
                return None
            continue
        return None if _is_binary(found) else found
    return None


def _is_binary(words: str) -> bool:
    return any(letter < " " and letter not in "\t\r\n" for letter in words)


def unfold(value: bytes, longest: int) -> str:
    """JSON with a line for each of its values; empty: it is none, is too long or too deep. More
    letters than ``longest`` say that it goes on.

    It is not made whole first: of 32 KiB that are nested nine hundred deep it would be 30 million
    letters, most of them spaces.
    """
    if len(value) > UNFOLDED or value[:1] not in (b"{", b"["):
        return ""
    try:
        return _beginning(INDENTED.iterencode(json.loads(value)), longest + 1)
    except (ValueError, RecursionError):
        return ""


def _beginning(pieces: Iterable[str], most: int) -> str:
    found, letters = list[str](), 0
    for piece in pieces:
        found.append(piece)
        letters += len(piece)
        if letters >= most:
            break
    return "".join(found)[:most]


def _hex(value: bytes) -> str:
    return value[:HEX].hex(" ")
