"""Status and Events: written only when something that a reader would notice has changed."""

import asyncio
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import orjson

from streaminglab_operator.api import StreamingLabStatus
from streaminglab_operator.api.status import OF_THE_PAGE
from streaminglab_operator.bucket import Bucket
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import rfc3339
from streaminglab_operator.ports import LONGEST_MESSAGE, Clock, Cluster, EventToPublish
from streaminglab_operator.status.changes import can_wait, dated, events

SEEN_SECONDS = 300.0
"""After which a watch has told what was written; what is seen then and is not it, somebody else
has written since."""


MOST_EVENTS = 25.0
EVENTS_PER_SECOND = 1 / 30
"""Of one lab: at once, and in the long run. client-go lets a component say as many of one object at
once (tools/record, ``EventCorrelator``), and one in five minutes after them."""
SELDOM = "; this lab has very many Events, and most are left out: see its conditions"


@dataclass(slots=True)
class ReportMemory:
    """The status last written, until it is seen, and when that was. Forgetting it costs a write.

    It is kept as packed JSON: as models the statuses of a thousand labs would be 25 MB.
    """

    written: float = float("-inf")
    _packed: bytes = b""
    _events: Bucket | None = None

    def wrote(self, status: StreamingLabStatus, now: float) -> None:
        """This has been written."""
        self._packed, self.written = zlib.compress(_json(status), 1), now

    def newest(self, seen: StreamingLabStatus, now: float) -> StreamingLabStatus:
        """The status as it is stored by now: as last written, or as ``seen``, if that is no older.
        The exercises are always those that were seen: somebody else writes them."""
        if now - self.written >= SEEN_SECONDS:
            self._packed = b""
        if not self._packed:
            return seen
        written = StreamingLabStatus.read(orjson.loads(zlib.decompress(self._packed)))
        written = written.model_copy(update={"exercises": seen.exercises})
        if written == seen:
            self._packed = b""
        return written

    def allowed(self, found: Iterable[EventToPublish], now: float) -> Iterator[EventToPublish]:
        """Those Events that may be published, the last one of very many with a word of it."""
        for event in found:
            bucket = self._events = self._events or Bucket(MOST_EVENTS, EVENTS_PER_SECOND, now)
            if bucket.short_of(now):
                continue
            bucket.spend(now)
            yield _with_word(event) if bucket.short_of(now) else event

    def digest(self, last: StreamingLabStatus) -> int:
        """Of the status as it is stored when a pass is over that began with ``last``."""
        return hash(zlib.decompress(self._packed) if self._packed else _json(last))


class Reported(Enum):
    """What came of a report: nothing new was to be said, it can wait for what follows, it was
    written, or the lab is gone."""

    SAME = "same"
    LATER = "later"
    WRITTEN = "written"
    GONE = "gone"


class Reporter:
    """Compares a computed status with the one last written, and writes the difference."""

    def __init__(
        self, cluster: Cluster, clock: Clock, pause: Callable[[], float] = lambda: 0.0
    ) -> None:
        """``pause``: seconds from one status of a lab that comes up to the next."""
        self._cluster = cluster
        self._clock = clock
        self._pause = pause

    async def report(
        self,
        key: LabKey,
        uid: str,
        last: StreamingLabStatus,
        status: StreamingLabStatus,
        memory: ReportMemory,
    ) -> Reported:
        """Write the status if it changed, and one Event for each condition that did.

        ``last``: as it is stored by now, see :meth:`ReportMemory.newest`. A field that is None in
        ``status`` (``data``, ``applied_hash``, of a spec that never worked all but the summary) is
        left as it is stored, every other one is replaced whole. The exercises are the page's: they
        are named only to take them away, where ``last`` has some, as they are stored now, and
        ``status`` none.
        """
        first = last == StreamingLabStatus()
        now = rfc3339(self._clock.wall())
        new = dated(last, status, now)
        stored = _merged(last, new)
        if stored == last:
            return Reported.SAME
        if self._clock.now() - memory.written < self._pause() and can_wait(last, stored):
            return Reported.LATER
        fields = _ours(last, stored)
        if not await self._cluster.patch_status(key, uid, fields, first=first):
            return Reported.GONE
        memory.wrote(stored, self._clock.now())
        found = [EventToPublish(*event) for event in events(last, new)]
        allowed = memory.allowed(found, self._clock.now())
        await asyncio.gather(*(self._cluster.publish(key, uid, event) for event in allowed))
        return Reported.WRITTEN


def _with_word(event: EventToPublish) -> EventToPublish:
    return replace(event, message=event.message[: LONGEST_MESSAGE - len(SELDOM)] + SELDOM)


def _json(status: StreamingLabStatus) -> bytes:
    return orjson.dumps(status.to_dict())


def _merged(last: StreamingLabStatus, new: StreamingLabStatus) -> StreamingLabStatus:
    """What is stored once the new status has been written over the last one."""
    written = {field: value for field, value in new if value is not None}
    return last.model_copy(update=written | {"exercises": new.exercises})


def _ours(last: StreamingLabStatus, stored: StreamingLabStatus) -> dict[str, Any]:
    """What is written: every field that is the operator's, and the page's where they go."""
    values = stored.to_dict()
    fields = {str(f.alias): name for name, f in StreamingLabStatus.model_fields.items()}
    ours = {alias: values.get(alias) for alias, name in fields.items() if name not in OF_THE_PAGE}
    gone = (f for f in OF_THE_PAGE if getattr(last, f) is not None and getattr(stored, f) is None)
    return ours | {str(StreamingLabStatus.model_fields[field].alias): None for field in gone}
