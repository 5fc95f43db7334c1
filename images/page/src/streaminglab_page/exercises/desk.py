"""The desk where exercises are looked over: what is open is looked at, what was passed is kept.

What is kept is the lab's status, which students may not write: it outlives this pod. What the
status says is taken over at the start, and written again where somebody else's write lost it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from streaminglab_base.clock import Clock
from streaminglab_page.bell import Bell
from streaminglab_page.bounded import mapping, text
from streaminglab_page.exercises.asking import Asking
from streaminglab_page.exercises.facts import Beginning
from streaminglab_page.exercises.forms import page, status, stored
from streaminglab_page.exercises.progress import Progress, advanced, begun, open_checks, refused
from streaminglab_page.exercises.sheet import ExerciseSet
from streaminglab_page.exercises.source import SetSource
from streaminglab_page.kube import CannotRead
from streaminglab_page.looked import Looked

log = logging.getLogger(__name__)

BUSY_SECONDS = 3.0
"""From one look to the next, while somebody has the screen open or something moves."""
CALM_SECONDS = 20.0
CALM_AFTER = 40
"""Looks at which nothing was another way than before."""
GAP_SECONDS = 0.5
"""Between two looks, however often somebody calls."""
WITH_LAB_SECONDS = 300
"""From a lab's making to its exercises: then they began together."""
IDLE_SECONDS = 60.0
"""Where nothing is left to look at, and the set may be edited still."""
CLOCK = Clock()


class Keeper(Protocol):
    """Who writes the lab's status."""

    async def keep_exercises(self, uid: str, told: Mapping[str, Any]) -> None:
        """Write ``status.exercises`` of this very lab. Raises CannotRead."""


class Desk(Looked):
    """``run`` keeps it true; ``text`` is what a browser gets."""

    def __init__(
        self,
        source: SetSource,
        asking: Asking,
        keeper: Keeper,
        bell: Bell,
        time: Callable[[], float] = CLOCK.time,
    ) -> None:
        super().__init__()
        self._source, self._asking, self._keeper = source, asking, keeper
        self._bell, self._time = bell, time
        self._lab: Mapping[str, Any] | None = None
        self._calm = 0
        self._told: dict[str, Any] | None = None
        self._owed, self._again = False, 0.0
        """Whether the status lacks what was seen; until when the same is not written again."""
        self._sheet: ExerciseSet | None = None
        self._progress: Progress | None = None
        self.version = 0

    def hear(self, raw: Mapping[str, Any]) -> None:
        """The lab is like this now."""
        before, self._lab = self._lab, raw
        if before is None or _minded(before) != _minded(raw):
            self._called.set()

    def news(self, language: str) -> dict[str, Any]:
        """What a browser gets now."""
        return page(self._progress or Progress(), self._sheet, language)

    def text(self, language: str) -> str:
        """The same as JSON."""
        return json.dumps(self.news(language))

    async def run(self) -> None:
        """For ever."""
        while True:
            self._called.clear()
            await self.look()
            await asyncio.sleep(GAP_SECONDS)
            try:
                await asyncio.wait_for(self._called.wait(), self.pause())
            except TimeoutError:
                continue

    def pause(self) -> float | None:
        """Seconds until the next look if nobody calls; None: until somebody does."""
        if self._lab is None or self._progress is None:
            return None
        if self._sheet is not None and any(open_checks(self._progress, self._sheet)):
            busy = self._looking or self._calm < CALM_AFTER
            return BUSY_SECONDS if busy else CALM_SECONDS
        if self._owed:
            return CALM_SECONDS
        return IDLE_SECONDS if self._source.edited else None

    async def look(self) -> None:
        """Once: the set, the lab's facts, and what follows of them."""
        lab = self._lab
        if lab is None:
            return
        read = await self._source.read()
        before, kept = self._progress, stored(mapping(lab.get("status")).get("exercises"))
        self._sheet = read.sheet
        if read.sheet is None:
            found = refused(self._source.called, before or kept, read.problem, self._now())
        else:
            found = begun(self._source.called, read.sheet, before or kept, self._now())
            found = await self._advanced(found, read.sheet, mapping(lab.get("spec")))
        self._set(found)
        await self._keep(lab)

    async def _advanced(
        self, found: Progress, sheet: ExerciseSet, spec: Mapping[str, Any]
    ) -> Progress:
        checks = list(open_checks(found, sheet))
        if not checks:
            return found
        facts = await self._asking.facts(checks, spec, self._beginning(found))
        found = replace(found, marks={**found.marks, **self._asking.marks})
        return advanced(found, sheet, facts, self._now())

    def _beginning(self, found: Progress) -> Beginning:
        """Exercises that began with their lab have nothing before them."""
        seconds = _seconds(found.started_at)
        made = _seconds(text(mapping(mapping(self._lab).get("metadata")).get("creationTimestamp")))
        return Beginning(seconds, found.marks, bool(made) and seconds - made < WITH_LAB_SECONDS)

    def _set(self, found: Progress) -> None:
        self._calm += 1
        if found != self._progress:
            self._progress, self._calm = found, 0
            self.version += 1
            self._bell.ring()

    async def _keep(self, lab: Mapping[str, Any]) -> None:
        """Write what the status does not say yet; not into a lab that asks for another set now."""
        told = status(self._progress or Progress(), self._sheet)
        self._owed = self._asked(lab) and told != mapping(lab.get("status")).get("exercises")
        if not self._owed or (told == self._told and self._time() < self._again):
            return
        self._told, self._again = told, self._time() + CALM_SECONDS
        try:
            await self._keeper.keep_exercises(text(mapping(lab.get("metadata")).get("uid")), told)
            self._owed = False
        except CannotRead as error:
            log.warning("status.exercises was not written: %s", error.trouble.detail)

    def _asked(self, lab: Mapping[str, Any]) -> bool:
        asked = mapping(mapping(lab.get("spec")).get("exercises"))
        if self._source.config_map:
            return asked.get("configMapName") == self._source.config_map
        return asked.get("set") == self._source.name

    def _now(self) -> str:
        return datetime.fromtimestamp(self._time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(moment: str) -> int:
    """Of a moment as a status has it: 2026-01-31T09:00:00Z; 0: none is known."""
    try:
        return int(datetime.fromisoformat(moment).timestamp())
    except ValueError:
        return 0


def _minded(lab: Mapping[str, Any]) -> tuple[Any, Any]:
    """What makes another look worth while: most changes of a status are about other things."""
    return lab.get("spec"), mapping(lab.get("status")).get("exercises")
