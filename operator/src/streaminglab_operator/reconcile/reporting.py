"""Status and Events: written only when something that a reader would notice has changed."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

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
        self, raw: Mapping[str, Any], status: dict[str, Any], memory: LabMemory
    ) -> bool:
        """Write the status if it changed, and one Event for each condition that did."""
        metadata = raw["metadata"]
        key = LabKey(metadata["namespace"], metadata["name"])
        last = memory.status if memory.status is not None else dict(raw.get("status", {}))
        now = datetime.fromtimestamp(self._clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        new = dated(last, status, now)
        if _canonical(new) == _canonical(_restricted(last, new)):
            memory.status = {**last, **new}
            return False
        if not await self._cluster.patch_status(key, new):
            # Its deletion was missed while no watch was open. Without this its objects, which go
            # with it, would be made again and again.
            self._gone(key)
            return False
        memory.status = {**last, **new}
        told = [EventToPublish(*event) for event in events(last, new)]
        await asyncio.gather(*(self._cluster.publish(key, metadata["uid"], e) for e in told))
        return True


def _restricted(last: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The last status without the fields that this one leaves as they are."""
    return {k: last[k] for k in new if k in last}


def _canonical(status: Mapping[str, Any]) -> str:
    return json.dumps(status, sort_keys=True)
