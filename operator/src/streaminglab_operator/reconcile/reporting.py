"""Status and Events: written only when something that a reader would notice has changed."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from streaminglab_operator.api import StreamingLabStatus
from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import Clock, Cluster, EventToPublish
from streaminglab_operator.reconcile.memory import LabMemory
from streaminglab_operator.status.changes import dated, events


class Reporter:
    """Compares a computed status with the one last written, and writes the difference."""

    def __init__(self, cluster: Cluster, clock: Clock, gone: Callable[[LabKey], None]) -> None:
        self._cluster = cluster
        self._clock = clock
        self._gone = gone

    async def report(
        self,
        key: LabKey,
        uid: str,
        last: StreamingLabStatus,
        status: StreamingLabStatus,
        memory: LabMemory,
    ) -> bool:
        """Write the status if it changed, and one Event for each condition that did.

        ``last``: as it is stored; what this process wrote itself counts more. It is a merge patch
        (RFC 7386): a field that is None in ``status`` (``data``, ``applied_hash``, of a spec that
        never worked all but the summary) is left as it is stored, every list is replaced whole.
        """
        last = memory.status or last
        now = datetime.fromtimestamp(self._clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        new = dated(last, status, now)
        stored = _merged(last, new)
        if stored == last:
            memory.status = last
            return False
        if not await self._cluster.patch_status(key, new.to_dict()):
            # Its deletion was missed while no watch was open. Without this its objects, which go
            # with it, would be made again and again.
            self._gone(key)
            return False
        memory.status = stored
        found = [EventToPublish(*event) for event in events(last, new)]
        await asyncio.gather(*(self._cluster.publish(key, uid, event) for event in found))
        return True


def _merged(last: StreamingLabStatus, new: StreamingLabStatus) -> StreamingLabStatus:
    """What is stored once the new status has been written over the last one."""
    return last.model_copy(update={field: value for field, value in new if value is not None})
