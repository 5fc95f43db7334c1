"""The decoding process, from outside."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from streaminglab_page.helper import Helper
from streaminglab_page.schemas.schema import Schema

SECONDS = 2.0
"""For a message."""
BEGIN_SECONDS = 10.0
"""For a schema: the first one loads the libraries, which takes seconds on a busy node."""


class Decoder:
    """One process at most. Questions are asked one after the other."""

    def __init__(self) -> None:
        self._helper = Helper("streaminglab_page.schemas.child")

    async def begin(self, schema: Schema) -> Mapping[str, Any]:
        """The schema of the messages that come next. Raises Ended."""
        named = [[one.name, one.text] for one in schema.references]
        asked = {"id": schema.id, "kind": schema.kind, "text": schema.text, "references": named}
        return await self._helper.ask({"schema": asked}, BEGIN_SECONDS)

    async def decode(self, data: bytes, longest: int) -> Mapping[str, Any]:
        """A message of that schema. Raises Ended."""
        asked = {"data": base64.b64encode(data).decode(), "longest": longest}
        return await self._helper.ask(asked, SECONDS)

    async def close(self) -> None:
        """End it; the next question begins another one."""
        await self._helper.close()
