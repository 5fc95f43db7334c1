"""One message as a browser gets it. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from streaminglab_page.bounded import SHORT, text
from streaminglab_page.kafka.shown import Shown, shown

HEADERS = 20
KEY = 1_000
LATEST = 8_640_000_000_000_000
"""Milliseconds since 1970: the last moment that a browser's Date knows. A producer may give any."""


class Raw(Protocol):
    """The part of confluent_kafka.Message that is read."""

    def partition(self) -> int | None: ...
    def offset(self) -> int | None: ...
    def timestamp(self) -> tuple[int, int]: ...
    def key(self) -> bytes | None: ...
    def value(self) -> bytes | None: ...
    def headers(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Header:
    """One header."""

    name: str
    value: Shown


@dataclass(frozen=True, slots=True)
class Message:
    """``time``: milliseconds since 1970, or -1: none that a browser could show."""

    partition: int
    offset: int
    time: int
    key: Shown
    value: Shown
    headers: tuple[Header, ...]
    more_headers: int = 0


def message(raw: Raw) -> Message:
    """What is shown of a message."""
    headers = raw.headers() or ()
    at = raw.timestamp()[1]
    return Message(
        raw.partition() or 0,
        raw.offset() or 0,
        at if 0 <= at <= LATEST else -1,
        shown(raw.key(), longest=KEY, keep=True),
        shown(raw.value(), keep=True),
        tuple(Header(text(name), shown(value, longest=SHORT)) for name, value in headers[:HEADERS]),
        max(0, len(headers) - HEADERS),
    )


class Filter(Protocol):
    """Which messages are kept of those that are read."""

    @property
    def all(self) -> bool:
        """Whether it is every message."""

    def __call__(self, raw: Raw) -> bool:
        """Whether it is this one."""

    def noted(self) -> list[int]:
        """What it has counted meanwhile: it works in another process."""

    def note(self, noted: list[int]) -> None:
        """Take over what its like has counted there."""


Decode = Callable[[list[Message]], Awaitable[list[Message]]]
"""The same messages, with what a schema wrote as text."""


async def undecoded(messages: list[Message]) -> list[Message]:
    """They stay as they are: the lab has no registry."""
    return messages


def as_json(one: Message) -> dict[str, Any]:
    """As a browser gets it."""
    found = asdict(one)
    for part in (found["key"], found["value"], *(header["value"] for header in found["headers"])):
        del part["raw"], part["longest"]
        for word in ("format", "cause", "detail"):
            if not part[word]:
                del part[word]
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages are looked for: with this very key, with these bytes in key or value."""

    key: bytes = b""
    text: bytes = b""

    @property
    def all(self) -> bool:
        """Whether it is every message."""
        return not self.key and not self.text

    def __call__(self, raw: Raw) -> bool:
        key = raw.key() or b""
        if self.key and key != self.key:
            return False
        return self.text in key or self.text in (raw.value() or b"")

    def noted(self) -> list[int]:
        """Nothing: what is found says it all."""
        return []

    def note(self, noted: list[int]) -> None:
        """Nothing."""


@dataclass(slots=True)
class Counted:
    """A filter that knows how many it has let through, as not all of them are kept."""

    wanted: Wanted
    count: int = 0

    @property
    def all(self) -> bool:
        """Whether it is every message."""
        return self.wanted.all

    def __call__(self, raw: Raw) -> bool:
        found = self.wanted(raw)
        self.count += found
        return found

    def noted(self) -> list[int]:
        """The count."""
        return [self.count]

    def note(self, noted: list[int]) -> None:
        """Take it over."""
        (self.count,) = noted
