"""One request to another part of the lab, within bounds of time and of memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from streaminglab_page.bounded import LONG, mapping, text
from streaminglab_page.failures import words_of
from streaminglab_page.own import Own
from streaminglab_page.polled import CannotSay

SECONDS = 20.0
LARGEST = 2 * 2**20
OK = range(200, 300)


class TooLarge(CannotSay):
    """The answer is larger than is read."""


class Refused(CannotSay):
    """It was answered, and not done. ``status``: of HTTP."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


async def ask(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """The body of the answer. Raises CannotSay with the words of who refused, or why not."""
    timeout = aiohttp.ClientTimeout(total=SECONDS, sock_connect=5)
    try:
        async with session.request(
            method,
            url,
            data=body or None,
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
            # Of a request without a body aiohttp says that it is application/octet-stream, which
            # Kafka Connect refuses (415) for every restart, pause and resume.
            skip_auto_headers=("Content-Type",),
        ) as answer:
            found = bytearray()
            async for chunk in answer.content.iter_chunked(2**16):
                found += chunk
                if len(found) > LARGEST:
                    raise TooLarge(Own.TOO_LARGE)
            if answer.status not in OK:
                words = text(found.decode("utf-8", "replace"), LONG)
                raise Refused(_sentence(words) or f"HTTP {answer.status}", answer.status)
            return bytes(found)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise CannotSay(words_of(error)) from error


def parsed(answer: bytes) -> Any:
    """An answer that is to be JSON. Raises CannotSay."""
    try:
        return json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise CannotSay(Own.ANSWER_NO_JSON) from error


def _sentence(told: str) -> str:
    """The sentence in a refusal that is JSON with a `message`; a refusal that is none as it is."""
    try:
        return text(mapping(json.loads(told)).get("message"), LONG) or told
    except (ValueError, RecursionError):
        return told
