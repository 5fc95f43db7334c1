"""HTTP to what lies in a lab (InfluxDB, Kafka Connect): whoever answers is not to be trusted.

A student can put another server in the place of each of them. So an answer is bounded in size, time
and number of JSON values; it comes as it is, uncompressed, because a few kilobytes of gzip can be
gigabytes; redirects are not followed, because they would lead the operator, which is within the
cluster, to wherever the student wants (server-side request forgery); cookies are not kept, because
`Domain=svc` would carry them to the servers of all other labs.

Calls in flight are limited by lab and by namespace, so that servers that never answer use up what
is their own alone. Waiting for a permit is not the server's fault, and not part of its time.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import aiohttp

from streaminglab_operator.adapters.permits import Permits
from streaminglab_operator.errors import NoAnswer
from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import Endpoint

LAB_CALLS = 2
NAMESPACE_CALLS = 16
"""In flight at a time, in each of the two lanes: a call that may take a minute holds up no look."""
MAX_VALUES = 200_000
"""JSON values of one answer: as Python objects they take up to a hundred times their text."""

_CHUNK = 2**16
_CONNECT_SECONDS = 3.0
_SEPARATORS = (b",", b"[", b"{")


@dataclass(frozen=True, slots=True)
class Budget:
    """What one call may cost: seconds from its permit to the last byte, bytes of its answer.

    ``slow``: it may take its time, and gives way to those that do not.
    """

    seconds: float
    max_bytes: int
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer; ``body`` is None where there is none or it is not JSON."""

    status: int
    body: Any
    malformed: bool = False

    @property
    def message(self) -> str:
        """What it says for people: as long as the answer, neither masked nor cut."""
        found = self.body.get("message") if isinstance(self.body, Mapping) else None
        return found if isinstance(found, str) else ""


class _Lane:
    """Permits of one kind of calls. The lab's comes first: who waits for it holds no other."""

    def __init__(self) -> None:
        self._labs: Permits[LabKey] = Permits(LAB_CALLS)
        self._namespaces: Permits[str] = Permits(NAMESPACE_CALLS)

    @asynccontextmanager
    async def permit(self, lab: LabKey) -> AsyncIterator[None]:
        async with self._labs.of(lab), self._namespaces.of(lab.namespace):
            yield


class LabHttp:
    """One client for the servers of all labs. An asynchronous context manager."""

    def __init__(self) -> None:
        # No limit, so that nobody waits for another's connections: calls in flight are limited, and
        # labs may have their servers behind one address.
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            headers={"Accept-Encoding": "identity"},
        )
        self._lanes = {False: _Lane(), True: _Lane()}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def call(
        self,
        method: str,
        at: Endpoint,
        path: str,
        budget: Budget,
        **request: Any,
    ) -> Answer:
        """One call, and what came of it. ``request``: as aiohttp has it (params, json, headers).

        Raises :class:`errors.NoAnswer`.
        """
        async with self._lanes[budget.slow].permit(at.lab):
            try:
                status, text = await self._exchange(method, at.url + path, budget, request)
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                raise NoAnswer(type(error).__name__) from error
        return _answer(status, text)

    async def _exchange(
        self, method: str, url: str, budget: Budget, request: Mapping[str, Any]
    ) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=budget.seconds, connect=_CONNECT_SECONDS)
        async with self._session.request(
            method, url, timeout=timeout, allow_redirects=False, **request
        ) as response:
            try:
                return response.status, await _bounded(response, budget.max_bytes)
            except NoAnswer:
                response.close()
                raise


async def _bounded(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NoAnswer("its answer is compressed, which was not asked for")
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > limit:
            raise NoAnswer(f"its answer is longer than {limit} bytes")
    return bytes(body)


def _answer(status: int, text: bytes) -> Answer:
    if not text.strip():
        return Answer(status, None)
    if sum(text.count(mark) for mark in _SEPARATORS) > MAX_VALUES:
        raise NoAnswer(f"its answer has more than {MAX_VALUES} values")
    try:
        return Answer(status, json.loads(text.decode(errors="replace")))
    except (ValueError, RecursionError):
        return Answer(status, None, malformed=True)
