"""The Kubernetes API as far as the page needs it: one StreamingLab, listed, watched, and edited.

List and watch name it by a field selector, which is how a Role that is bound to a name allows them
(Kubernetes, "Using RBAC Authorization", on resourceNames). Plain JSON over aiohttp: the official
client's models of all of Kubernetes cost 60 MB, more than all the rest of this pod.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp

from streaminglab_page.board import Trouble, Unread
from streaminglab_page.bounded import LONG, mapping, text
from streaminglab_page.failures import words_of
from streaminglab_page.own import Own
from streaminglab_page.settings import Settings

GROUP = "/apis/streaminglab.dev/v1alpha1"
LARGEST = 4 * 2**20
"""Bytes of one answer or event. etcd holds objects up to 1.5 MiB; JSON may be wordier than that."""
LIFETIME_SECONDS = 290
SILENCE_SECONDS = 90.0
"""The API server sends a bookmark about once a minute."""
REFUSALS = {
    HTTPStatus.UNAUTHORIZED: Unread.FORBIDDEN,
    HTTPStatus.FORBIDDEN: Unread.FORBIDDEN,
    # Without the CRD the API server knows no such path.
    HTTPStatus.NOT_FOUND: Unread.MISSING,
}


REJECTED = "the server rejected our request due to an error in"
"""What is said of a JSON patch of which a test failed."""


class CannotRead(Exception):
    """The lab cannot be read now."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"{trouble.cause}: {trouble.detail}")
        self.trouble = trouble


class TooOld(Exception):
    """The API server no longer knows what was before: list again."""


class LabApi:
    """``async with LabApi.connect(settings) as api``: the one lab."""

    def __init__(self, session: aiohttp.ClientSession, settings: Settings) -> None:
        self._session = session
        self._url = f"{settings.server}{GROUP}/namespaces/{settings.namespace}/streaminglabs"
        self._selector = {"fieldSelector": f"metadata.name={settings.lab}"}
        self._lab = settings.lab
        self._token_file = settings.account / "token"

    @classmethod
    @asynccontextmanager
    async def connect(cls, settings: Settings) -> AsyncIterator[LabApi]:
        """One connection with the pod's account."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30)
        connector = aiohttp.TCPConnector(ssl=_trust(settings.account / "ca.crt"), limit=2)
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, headers={"User-Agent": "streaminglab-page"}
        ) as session:
            yield cls(session, settings)

    async def list(self) -> tuple[Mapping[str, Any] | None, str]:
        """The lab, or None if there is none, and the version to watch from. Raises CannotRead."""
        with _Sorted():
            async with self._asked(self._selector) as answer:
                found = json.loads(await _bounded(answer))
            items = found["items"]
            return (items[0] if items else None), str(found["metadata"]["resourceVersion"])

    async def watch(self, version: str) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """``ADDED``, ``MODIFIED``, ``DELETED`` or ``BOOKMARK``, and the object, until the server
        ends it. Raises CannotRead, TooOld."""
        params = {
            **self._selector,
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(LIFETIME_SECONDS),
        }
        silence = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=SILENCE_SECONDS)
        with _Sorted():
            async with self._asked(params, timeout=silence) as answer:
                async for line in _lines(answer):
                    yield _event(json.loads(line))

    async def keep_stopped(self, brokers: Iterable[int], generation: int) -> None:
        """Write ``spec.kafka.stoppedBrokers``, and nothing else. Raises CannotRead.

        ``generation``: of the spec of which the list was made. Of one that somebody has changed
        since, it would take back what he has stopped or started.
        """
        edit = [
            {"op": "test", "path": "/metadata/generation", "value": generation},
            {"op": "add", "path": "/spec/kafka/stoppedBrokers", "value": sorted(brokers)},
        ]
        try:
            await self._patch("", "json-patch", edit)
        except CannotRead as error:
            if REJECTED in error.trouble.detail:
                raise CannotRead(Trouble(Unread.REFUSED, Own.CHANGED)) from error
            raise

    async def keep_exercises(self, uid: str, told: Mapping[str, Any]) -> None:
        """Write ``status.exercises`` of the lab with this uid, and nothing else. Raises CannotRead.

        A JSON patch (RFC 6902), which can test the uid: a lab of the same name may be another one.
        """
        edit = [
            {"op": "test", "path": "/metadata/uid", "value": uid},
            {"op": "add", "path": "/status/exercises", "value": told},
        ]
        await self._patch("/status", "json-patch", edit)

    async def _patch(self, subresource: str, kind: str, edit: object) -> None:
        headers = {**self._headers(), "Content-Type": f"application/{kind}+json"}
        with _Sorted():
            async with self._session.patch(
                f"{self._url}/{self._lab}{subresource}",
                params={"fieldManager": "streaminglab-page"},
                data=json.dumps(edit),
                headers=headers,
                allow_redirects=False,
            ) as answer:
                await _refused(answer)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        # Read each time: the kubelet replaces the token about every hour.
        if self._token_file.exists():
            headers["Authorization"] = f"Bearer {self._token_file.read_text().strip()}"
        return headers

    @asynccontextmanager
    async def _asked(
        self, params: Mapping[str, str], **options: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        async with self._session.get(
            self._url, params=params, headers=self._headers(), allow_redirects=False, **options
        ) as answer:
            if answer.status == HTTPStatus.GONE:
                raise TooOld
            await _refused(answer)
            yield answer


async def _refused(answer: aiohttp.ClientResponse) -> None:
    if answer.status != HTTPStatus.OK:
        cause = REFUSALS.get(HTTPStatus(answer.status), Unread.REFUSED)
        raise CannotRead(Trouble(cause, _message(answer.status, await _bounded(answer))))


class _Sorted:
    """Turns what can go wrong on the way into CannotRead."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (aiohttp.ClientError, TimeoutError, OSError)):
            raise CannotRead(Trouble(Unread.UNREACHABLE, words_of(error))) from error
        if isinstance(error, (ValueError, LookupError, TypeError)):
            raise CannotRead(Trouble(Unread.UNREADABLE, words_of(error))) from error


def _trust(authority: Path) -> ssl.SSLContext | bool:
    """The cluster's own authority; without its file (a test, kubectl proxy) the system's."""
    return ssl.create_default_context(cafile=authority) if authority.exists() else True


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in answer.content.iter_chunked(2**16):
        found += chunk
        if len(found) > LARGEST:
            raise ValueError(Own.TOO_LARGE)
    return bytes(found)


async def _lines(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    pending = bytearray()
    async for chunk in answer.content.iter_any():
        pending += chunk
        *whole, rest = pending.split(b"\n")
        for line in whole:
            if line:
                yield bytes(line)
        pending = bytearray(rest)
        if len(pending) > LARGEST:
            raise ValueError(Own.TOO_LARGE)


def _event(found: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    kind, item = found["type"], mapping(found["object"])
    if kind == "ERROR":
        if item.get("code") == HTTPStatus.GONE:
            raise TooOld
        raise CannotRead(Trouble(Unread.REFUSED, text(item.get("message"), LONG)))
    return str(kind), item


def _message(status: int, body: bytes) -> str:
    try:
        said = text(mapping(json.loads(body)).get("message"), LONG)
    except ValueError:
        said = ""
    return said or f"HTTP {status}"
