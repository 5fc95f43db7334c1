"""Informers: one watch per kind for the whole cluster, never one per lab.

The list-then-watch protocol of the Kubernetes API (API concepts, "Efficient detection of
changes"). kopf is not used for children: it always receives whole objects where the metadata is
enough, runs a task for each of them, and does not say when a full list is complete (what was
deleted while nobody watched is known only then).
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Any

import aiohttp
import structlog

from streaminglab_operator.adapters.api import (
    JSON,
    METADATA_LIST_ONLY,
    METADATA_ONLY,
    Api,
)
from streaminglab_operator.adapters.kinds import Resource
from streaminglab_operator.backoff import doubled
from streaminglab_operator.errors import ApiError
from streaminglab_operator.names import LAB_LABEL
from streaminglab_operator.survival import Unreadable, passing_over

log = structlog.get_logger()

PAGE = 100
"""Objects of a page, at the most: what is told of them is one step of the event loop."""
SILENCE_SECONDS = 90.0  # the API server sends a bookmark about once a minute
LIFETIME_SECONDS = 290
QUIET_LIFETIME_SECONDS = 75
"""Of a kind that has never changed since it began, an API server sends no bookmarks either
(``cacher.dispatchEvents``): such a watch ends before its silence is taken for a broken one."""
SHORTEST_SECONDS = 1.0
_GONE = 410
_TRANSIENT = frozenset({0, 429, 500, 502, 503, 504})
"""Answers after which a watch goes on where it was, as client-go's reflector does: a list of all
takes longest of all that an operator does at rest."""
RESUMES = 5
"""Failures in a row after which it lists anew all the same: an API server whose etcd was restored
from a backup answers 504 to what it has not come to yet."""
_INTERRUPTIONS = (ApiError, aiohttp.ClientError, TimeoutError, OSError, ValueError)

Sink = Callable[[Resource, str, Mapping[str, Any]], None]
"""Called with a kind, ``ADDED``, ``MODIFIED`` or ``DELETED``, and the object."""
Relisted = Callable[[Resource, str | None, set[tuple[str, str]]], None]
"""Called after each full list with the namespaces and names that exist."""


class Informer:
    """Keeps a sink informed about one kind, in one namespace or in all."""

    def __init__(
        self,
        api: Api,
        resource: Resource,
        namespace: str | None,
        sink: Sink,
        relisted: Relisted,
        *,
        unreadable: Unreadable,
    ) -> None:
        self._api = api
        self._resource = resource
        self._namespace = namespace
        self._path = resource.path(namespace)
        self._sink = sink
        self._relisted = relisted
        self._unreadable = unreadable
        self._stale = False
        self._talks = False
        self._version = ""
        self._failures = 0
        self.synced = asyncio.Event()
        self.last_heard = 0.0

    def list_again(self) -> None:
        """List anew as soon as the watch says anything; it does so about once a minute."""
        self._stale = True

    async def run(self) -> None:
        """List and watch for ever. What interrupts it is waited out, longer each time and with
        jitter; then it goes on where it was, or lists anew where that is not known or too old."""
        while True:
            try:
                if not self._version:
                    self._version = await self._list()
                    self._failures = 0
                    self.synced.set()
                begun = self._now()
                await self._watch()
                # A server that ends every watch at once is not asked in a loop.
                await asyncio.sleep(max(0.0, SHORTEST_SECONDS - (self._now() - begun)))
            except Exception as error:
                # Whatever it was: without this watch the operator would be blind, or end.
                await asyncio.sleep(self._wait(error))

    def _wait(self, error: Exception) -> float:
        """Seconds to the next try."""
        self._failures += 1
        wait = doubled(0.5, 15.0, self._failures) * random.uniform(0.5, 1.0)  # noqa: S311
        if isinstance(error, ApiError):
            wait = max(wait, error.retry_after)
        if self._failures > RESUMES or not _goes_on(error):
            self._version = ""
        log.warning(
            "watch interrupted",
            kind=self._resource.kind,
            error=str(error)[:500] or type(error).__name__,
            wait=wait,
            lists=not self._version,
            exc_info=not isinstance(error, _INTERRUPTIONS),
        )
        return wait

    async def _list(self) -> str:
        params = {"labelSelector": LAB_LABEL}
        accept = JSON if self._resource.whole else METADATA_LIST_ONLY
        seen: set[tuple[str, str]] = set()
        self._stale, version = False, ""
        async with aclosing(self._api.pages(self._path, params, accept, PAGE)) as pages:
            async for page in pages:
                version = self._told(page, seen)
                # Let go before the next one is waited for.
                del page
        self._relisted(self._resource, self._namespace, seen)
        return version

    def _told(self, page: Mapping[str, Any], seen: set[tuple[str, str]]) -> str:
        """Tell what is on a page, and note it in ``seen``; the version of the list."""
        # An empty list of metadata alone comes with null for its items.
        for item in page.get("items") or []:
            with passing_over(self._resource.kind, item, self._unreadable):
                seen.add((item["metadata"]["namespace"], item["metadata"]["name"]))
                self._sink(self._resource, "ADDED", item)
        self._heard()
        return str(page["metadata"]["resourceVersion"])

    async def _watch(self) -> None:
        params = {
            "labelSelector": LAB_LABEL,
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(LIFETIME_SECONDS if self._talks else QUIET_LIFETIME_SECONDS),
        }
        accept = JSON if self._resource.whole else METADATA_ONLY
        self._talks = False
        async for event in self._api.stream(self._path, params, accept, SILENCE_SECONDS):
            self._heard()
            self._talks = True
            item = event["object"]
            if event["type"] == "ERROR":
                if item.get("code") == _GONE:
                    self._version = ""
                    return
                raise ApiError(item.get("code", 0), item.get("message", ""), self._path)
            self._version, self._failures = item["metadata"]["resourceVersion"], 0
            if event["type"] != "BOOKMARK":
                with passing_over(self._resource.kind, item, self._unreadable):
                    self._sink(self._resource, event["type"], item)
            if self._stale:
                self._version = ""
                return
        # It ended in its time: there was nothing to say.
        self._failures = 0
        self._heard()

    def _heard(self) -> None:
        self.last_heard = self._now()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _goes_on(error: Exception) -> bool:
    """Whether nothing was lost but the connection."""
    if isinstance(error, ApiError):
        return error.status in _TRANSIENT
    return isinstance(error, aiohttp.ClientError | OSError)
