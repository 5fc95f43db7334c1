"""What the schema registry has under a subject, by Confluent's API."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import aiohttp

from streaminglab_page.bounded import mapping, text
from streaminglab_page.rest import ask, parsed
from streaminglab_page.schemas.schema import AVRO


class Subjects:
    """The registry at ``url``."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url.rstrip("/")

    async def newest(self, subject: str) -> tuple[str, int]:
        """The language of a subject's newest schema, and how many versions it has. Raises
        CannotSay."""
        versions = await self._json(f"{quote(subject, safe='')}/versions")
        newest = mapping(await self._json(f"{quote(subject, safe='')}/versions/latest"))
        # Avro's registry says nothing of the language.
        language = text(newest.get("schemaType")) or AVRO
        return language, len(versions) if isinstance(versions, list) else 0

    async def _json(self, path: str) -> Any:
        answer = await ask(self._session, "GET", f"{self._url}/subjects/{path}")
        return parsed(answer)
