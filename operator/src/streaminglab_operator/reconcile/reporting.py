"""Status and Events: written only when something that a reader would notice has changed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from streaminglab_operator.api import StreamingLabStatus
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import rfc3339
from streaminglab_operator.ports import Clock, Cluster, EventToPublish
from streaminglab_operator.status.changes import can_wait, dated, events


@dataclass(slots=True)
class ReportMemory:
    """The status last written, and when. Forgetting it costs a comparison with the stored one."""

    status: StreamingLabStatus | None = None
    written: float = float("-inf")


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

        ``last``: as it is stored; what this process wrote itself counts more. A field that is None
        in ``status`` (``data``, ``applied_hash``, of a spec that never worked all but the summary)
        is left as it is stored, every other one is replaced whole. The exercises are the page's: in
        ``last`` they are as they are stored now, and in ``status`` as they shall be.
        """
        exercises = {"exercises": last.exercises}
        last = (memory.status or last).model_copy(update=exercises)
        now = rfc3339(self._clock.wall())
        new = dated(last, status, now)
        stored = _merged(last, new)
        if stored == last:
            memory.status = last
            return Reported.SAME
        if self._clock.now() - memory.written < self._pause() and can_wait(last, stored):
            return Reported.LATER
        if not await self._cluster.patch_status(key, uid, stored.to_dict()):
            return Reported.GONE
        memory.status, memory.written = stored, self._clock.now()
        found = [EventToPublish(*event) for event in events(last, new)]
        await asyncio.gather(*(self._cluster.publish(key, uid, event) for event in found))
        return Reported.WRITTEN


def _merged(last: StreamingLabStatus, new: StreamingLabStatus) -> StreamingLabStatus:
    """What is stored once the new status has been written over the last one."""
    written = {field: value for field, value in new if value is not None}
    return last.model_copy(update=written | {"exercises": new.exercises})
