"""The lab's schema registry, by Confluent's API: a schema by its number, with all it refers to.

https://docs.confluent.io/platform/current/schema-registry/develop/api.html: `/schemas/ids/ID`, and
`/subjects/SUBJECT/versions/VERSION` for a reference. A number means one schema for ever, so that it
is asked for once; a refusal is kept for some seconds, so that a topic of thousands of wrong ones is
no thousand questions.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from streaminglab_base.clock import Clock
from streaminglab_page.bounded import mapping, number, objects, text
from streaminglab_page.own import Own
from streaminglab_page.polled import CannotSay
from streaminglab_page.rest import ask, parsed
from streaminglab_page.schemas.schema import AVRO, Named, Schema

KEPT = 64
KEPT_LETTERS = 2**20
LARGEST = 256 * 1024
"""Letters of a schema with all that it refers to."""
MOST = 32
"""Schemas that one may need."""
SECONDS = 5.0
"""For a schema with all that it needs."""
REFUSED_SECONDS = 10.0
CLOCK = Clock()


class Registry:
    """The registry at ``url``."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        clock: Callable[[], float] = CLOCK.monotonic,
    ) -> None:
        self._session, self._url, self._clock = session, url.rstrip("/"), clock
        self._kept: OrderedDict[int, Schema] = OrderedDict()
        self._refused: OrderedDict[int, tuple[float, str]] = OrderedDict()

    @property
    def kept(self) -> int:
        """How many letters of schemas it has in memory."""
        return sum(map(_letters, self._kept.values()))

    async def schema(self, wanted: int) -> Schema:
        """A schema by its number. Raises CannotSay."""
        if wanted in self._kept:
            self._kept.move_to_end(wanted)
            return self._kept[wanted]
        until, words = self._refused.get(wanted, (0.0, ""))
        if self._clock() < until:
            raise CannotSay(words)
        try:
            found = self._kept[wanted] = await self._asked_in_time(wanted)
        except CannotSay as error:
            self._refused[wanted] = (self._clock() + REFUSED_SECONDS, str(error))
            if len(self._refused) > KEPT:
                self._refused.popitem(last=False)
            raise
        while len(self._kept) > KEPT or self.kept > KEPT_LETTERS:
            self._kept.popitem(last=False)
        return found

    async def _asked_in_time(self, wanted: int) -> Schema:
        try:
            async with asyncio.timeout(SECONDS):
                return await self._asked(wanted)
        except TimeoutError as error:
            raise CannotSay(Own.REGISTRY_SILENCE) from error

    async def _asked(self, wanted: int) -> Schema:
        raw = await self._json(f"schemas/ids/{wanted}")
        gathered: dict[str, str] = {}
        await self._gather(raw, gathered, 0)
        schema = _text(raw)
        named = tuple(Named(name, text) for name, text in gathered.items())
        return Schema(wanted, text(raw.get("schemaType")) or AVRO, schema, named)

    async def _gather(self, raw: Mapping[str, Any], found: dict[str, str], deep: int) -> None:
        """What a schema refers to, each after what it refers to itself."""
        for one in objects(raw.get("references"), MOST + 1):
            name, version = text(one.get("name")), number(one.get("version"))
            if name in found:
                continue
            if len(found) >= MOST or deep >= MOST or version is None:
                raise CannotSay(Own.REFERS_TOO_FAR)
            subject = quote(text(one.get("subject")), safe="")
            inner = await self._json(f"subjects/{subject}/versions/{version}")
            await self._gather(inner, found, deep + 1)
            found[name] = _text(inner)
            if sum(map(len, found.values())) > LARGEST:
                raise CannotSay(Own.REFERS_TOO_MUCH)

    async def _json(self, path: str) -> Mapping[str, Any]:
        answer = await ask(self._session, "GET", f"{self._url}/{path}")
        return mapping(parsed(answer))


def _text(raw: Mapping[str, Any]) -> str:
    found = raw.get("schema")
    if not isinstance(found, str) or len(found) > LARGEST:
        raise CannotSay(Own.NO_SCHEMA)
    return found


def _letters(schema: Schema) -> int:
    return len(schema.text) + sum(len(one.text) for one in schema.references)
