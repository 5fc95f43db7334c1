"""Messages with what a schema of the registry wrote as text, or with the reason why not.

All of one answer is decoded within a bounded time; what is left then stays as it is, and says so. A
schema by which the decoding process has ended again and again is left alone for a while: a topic
full of such messages costs no more than two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from streaminglab_base.clock import Clock
from streaminglab_page.bounded import LONG, text
from streaminglab_page.helper import Ended
from streaminglab_page.kafka.message import Message
from streaminglab_page.kafka.shown import DECODED, Shown, unfold
from streaminglab_page.polled import CannotSay
from streaminglab_page.schemas.process import Decoder
from streaminglab_page.schemas.registry import Registry
from streaminglab_page.schemas.schema import AVRO, JSON, PROTOBUF, Schema

SECONDS = 6.0
"""For all messages of one answer."""
MOST_ENDS = 2
LEFT_ALONE_SECONDS = 60.0
CLOCK = Clock()


class Undecoded(StrEnum):
    """Why a message stays as it is; the browser has a sentence for each."""

    REGISTRY = "registry"
    SCHEMA = "schema"
    DATA = "data"
    ENDED = "ended"
    LARGE = "large"
    SKIPPED = "skipped"
    KIND = "kind"


class Decoding:
    """Decodes for everybody, one after the other. ``turn``: of all that a process apart is for."""

    def __init__(
        self,
        registry: Registry,
        decoder: Decoder,
        clock: Callable[[], float] = CLOCK.monotonic,
        turn: asyncio.Lock | None = None,
    ) -> None:
        self._registry, self._decoder, self._clock = registry, decoder, clock
        self._turn = turn or asyncio.Lock()
        self._left_alone: dict[int, float] = {}

    async def __call__(self, messages: list[Message]) -> list[Message]:
        """The same messages, as far as they can be decoded."""
        sealed = [part for one in messages for part in (one.key, one.value) if part.schema >= 0]
        if not sealed:
            return messages
        async with self._turn:
            opened = await self._opened(sealed)
        return [
            replace(
                one,
                key=opened.get(id(one.key), one.key),
                value=opened.get(id(one.value), one.value),
            )
            for one in messages
        ]

    async def _opened(self, sealed: Iterable[Shown]) -> dict[int, Shown]:
        until = self._clock() + SECONDS
        by_schema: dict[int, list[Shown]] = {}
        for part in sealed:
            by_schema.setdefault(part.schema, []).append(part)
        found: dict[int, Shown] = {}
        for number, parts in by_schema.items():
            shown = await self._of_schema(number, parts, until)
            found |= {id(part): one for part, one in zip(parts, shown, strict=True)}
        return found

    async def _of_schema(self, number: int, parts: list[Shown], until: float) -> list[Shown]:
        if self._clock() < self._left_alone.get(number, 0.0):
            return [closed(part, Undecoded.ENDED) for part in parts]
        if self._clock() >= until:
            return [closed(part, Undecoded.SKIPPED) for part in parts]
        try:
            schema = await self._registry.schema(number)
        except CannotSay as error:
            return [closed(part, Undecoded.REGISTRY, str(error)) for part in parts]
        if schema.kind == JSON:
            return [_json(part) for part in parts]
        if schema.kind not in (AVRO, PROTOBUF):
            return [closed(part, Undecoded.KIND, schema.kind) for part in parts]
        return await _Batch(self._decoder, schema, self._clock, until).run(parts, self._leave_alone)

    def _leave_alone(self, number: int) -> None:
        now = self._clock()
        # Those whose time is over are forgotten.
        kept = {one: until for one, until in self._left_alone.items() if until > now}
        self._left_alone = {**kept, number: now + LEFT_ALONE_SECONDS}


class _Batch:
    """The messages of one schema."""

    def __init__(
        self, decoder: Decoder, schema: Schema, clock: Callable[[], float], until: float
    ) -> None:
        self._decoder, self._schema, self._clock, self._until = decoder, schema, clock, until
        self._begun, self._ends = False, 0

    async def run(self, parts: list[Shown], leave_alone: Callable[[int], None]) -> list[Shown]:
        shown = []
        for part in parts:
            shown.append(await self._one(part))
            if self._ends == MOST_ENDS:
                leave_alone(self._schema.id)
        return shown

    async def _one(self, part: Shown) -> Shown:
        if part.size > DECODED:
            return closed(part, Undecoded.LARGE)
        if self._ends >= MOST_ENDS:
            return closed(part, Undecoded.ENDED)
        if self._clock() >= self._until:
            return closed(part, Undecoded.SKIPPED)
        try:
            return self._shown(part, await self._answer(part))
        except Ended:
            self._begun, self._ends = False, self._ends + 1
            return closed(part, Undecoded.ENDED)

    async def _answer(self, part: Shown) -> Mapping[str, Any]:
        if not self._begun:
            refused = await self._decoder.begin(self._schema)
            if refused:
                return refused
            self._begun = True
        return await self._decoder.decode(part.raw, part.longest)

    def _shown(self, part: Shown, answer: Mapping[str, Any]) -> Shown:
        if "text" not in answer:
            blamed = answer.get("cause") == Undecoded.SCHEMA
            cause = Undecoded.SCHEMA if blamed else Undecoded.DATA
            return closed(part, cause, text(answer.get("detail"), LONG))
        # Cut where it was made; here once more, because what made it may be taken over.
        found = text(answer["text"], part.longest)
        return opened(part, self._schema.kind, found, cut=answer.get("cut") is True)


def opened(part: Shown, kind: str, found: str, *, cut: bool) -> Shown:
    """It could be decoded."""
    return replace(part, kind="decoded", text=found, cut=cut, format=text(kind), raw=b"")


def closed(part: Shown, cause: Undecoded, detail: str = "") -> Shown:
    """It could not, because of this."""
    return replace(part, cause=cause, detail=detail, raw=b"")


def _json(part: Shown) -> Shown:
    if part.size > DECODED:
        return closed(part, Undecoded.LARGE)
    found = unfold(part.raw, part.longest) or part.raw.decode("utf-8", "replace")
    return opened(part, JSON, text(found, part.longest), cut=len(found) > part.longest)
