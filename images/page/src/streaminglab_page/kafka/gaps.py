"""Offsets that cannot be read, and why. Pure."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from streaminglab_page.kafka.view import Place

MOST = 200
NEAR = 2000
"""Messages ahead: as many as may have been fetched."""
TOLD = 50
LATE = 3
"""Readings for which a batch may be too late by the clock: until then the machine had no time."""


class GapCause(StrEnum):
    """Why; the browser has a sentence for each."""

    MEMORY = "memory"
    TIME = "time"
    LARGE = "large"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Gap:
    """One batch. ``size``: its bytes as it is packed, by ``codec``; ``detail``: the words of
    Kafka's client."""

    partition: int
    first: int
    last: int
    cause: GapCause
    size: int
    codec: str = ""
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        """As a browser gets it."""
        return asdict(self)


class Gaps:
    """Batches that could not be read, so that nobody tries again, and where one is suspected: the
    newest of all topics."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Place, int], Gap] = OrderedDict()
        self._suspected: OrderedDict[Place, int] = OrderedDict()
        self._late: OrderedDict[tuple[Place, int], int] = OrderedDict()

    def add(self, topic: str, one: Gap) -> None:
        """Another one."""
        place = topic, one.partition
        self._suspected.pop(place, None)
        self._late.pop((place, one.first), None)
        self._known[place, one.first] = one
        _bound(self._known)

    def late(self, topic: str, partition: int, first: int) -> bool:
        """One more reading for which a batch was too late: whether it is the batch by now."""
        batch = (topic, partition), first
        self._late[batch] = self._late.pop(batch, 0) + 1
        _bound(self._late)
        return self._late[batch] >= LATE

    def suspect(self, topic: str, partition: int, offset: int) -> None:
        """Somewhere from an offset on."""
        self._suspected[topic, partition] = offset
        _bound(self._suspected)

    def at(self, topic: str, partition: int, offset: int) -> Gap | None:
        """The one with this offset."""
        return self._within((topic, partition), (offset, offset + 1))

    def near(self, topic: str, partition: int, span: tuple[int, int]) -> bool:
        """Whether one is within what may be fetched ahead."""
        (first, end), place = span, (topic, partition)
        suspected = self._suspected.get(place)
        if suspected is not None and suspected <= first < suspected + NEAR:
            return True
        return self._within(place, (first, min(end, first + NEAR))) is not None

    def _within(self, place: Place, span: tuple[int, int]) -> Gap | None:
        first, end = span
        found = (
            one
            for (where, _), one in self._known.items()
            if where == place and one.last >= first and one.first < end
        )
        return next(found, None)


def _bound(found: OrderedDict[Any, Any]) -> None:
    while len(found) > MOST:
        found.popitem(last=False)
