"""A look, first and from time to time, at whether kopf has told of every lab and of every edit.

kopf watches the labs, and lets nobody see how its watch fares: neither the end of its list nor
bookmarks nor new connections. So what it told is held against a list of the metadata of all labs.
What stays untold over several lists makes ``/healthz`` fail, and Kubernetes starts the operator
anew.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from streaminglab_operator.adapters.api import METADATA_LIST_ONLY, Api
from streaminglab_operator.adapters.kinds import Resource
from streaminglab_operator.api import LAB
from streaminglab_operator.backoff import doubled
from streaminglab_operator.errors import ApiError
from streaminglab_operator.heard import Heard

log = structlog.get_logger()

LOOK_SECONDS = 150.0
LOOKS = 3
"""kopf makes a watch anew that was silent for 70 s: what it still has not told in the third list,
five minutes after the first, it will not tell."""
FIRST_WAIT, MOST_WAIT = 0.5, 15.0
GLANCE_SECONDS = 0.05
NEWS_SECONDS = 2.0
"""What was not told for so long, while nothing else was told either, is looked for anew: it may be
gone by now, and is never told then."""
PATIENCE_SECONDS = 30.0
"""Without news for so long, what is untold is not waited for: one lab that kopf stumbles over, by
whatever is in it, is no reason to leave all others alone. ``/healthz`` has the last word."""
_PAGE = "50"


class RollCall:
    """``namespaces``: those that the operator is limited to; none: all of the cluster."""

    def __init__(self, api: Api, heard: Heard, namespaces: Sequence[str] = ()) -> None:
        self._api = api
        self._heard = heard
        self._paths = [Resource.of(LAB).path(name) for name in namespaces or (None,)]
        self._missed: dict[str, tuple[int, int]] = {}

    @property
    def behind(self) -> bool:
        """Whether something stays untold."""
        return any(looks >= LOOKS for _, looks in self._missed.values())

    async def run(self) -> None:
        """Look for ever. An API server that does not answer is no fault of kopf's."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except ApiError as error:
                log.info("labs not counted", error=str(error))

    async def all_told(self, first: Callable[[], None]) -> None:
        """Returns when kopf has told of every lab that there was at the beginning, or tells nothing
        of them any more: those that are made meanwhile are not waited for, or whoever makes some
        all the time would keep all from being looked after. ``first``: called when one is told."""
        there, now = await self._there_at_last(), asyncio.get_running_loop().time
        begun, left, news = False, len(there) + 1, now()
        looked = news
        while untold := self._heard.untold(there):
            if not begun and len(self._heard):
                begun = True
                first()
            if len(untold) < left:
                left = len(untold)
                news = looked = now()
            elif now() - news > PATIENCE_SECONDS:
                log.error("kopf does not tell of labs", labs=len(untold))
                return
            elif now() - looked > NEWS_SECONDS:
                still = await self._there_at_last()
                there = {uid: there[uid] for uid in there.keys() & still.keys()}
                looked = now()
            await asyncio.sleep(GLANCE_SECONDS)

    async def _there_at_last(self) -> dict[str, int]:
        """However long the API server does not answer: nothing can begin before."""
        failures = 0
        while True:
            try:
                return await self._there()
            except ApiError as error:
                log.warning("labs not counted", error=str(error))
                wait = max(doubled(FIRST_WAIT, MOST_WAIT, failures), error.retry_after)
            failures += 1
            await asyncio.sleep(wait)

    async def look(self) -> None:
        """One list of all labs. Raises :class:`errors.ApiError`."""
        there = await self._there()
        missed = self._heard.missed(there)
        before = {
            uid: (generation, looks + 1)
            for uid, (generation, looks) in self._missed.items()
            if uid in missed and self._heard.still(uid, generation)
        }
        self._missed = {uid: (generation, 1) for uid, generation in missed.items()} | before
        if self.behind:
            log.error("kopf does not tell of labs", labs=len(before))

    async def _there(self) -> dict[str, int]:
        """By uid the generation of all labs."""
        found: dict[str, int] = {}
        for path in self._paths:
            found |= await self._list(path)
        return found

    async def _list(self, path: str) -> dict[str, int]:
        found: dict[str, int] = {}
        params = {"limit": _PAGE}
        while True:
            page = await self._api.request("GET", path, params=params, accept=METADATA_LIST_ONLY)
            for item in page.get("items") or []:
                metadata = item["metadata"]
                found[metadata["uid"]] = metadata.get("generation", 0)
            more = page.get("metadata", {}).get("continue")
            if not more:
                return found
            params = {"limit": _PAGE, "continue": more}
