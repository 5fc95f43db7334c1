"""``ports.Cluster`` over the API server in memory; every write is counted and may be the last."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from streaminglab_operator.api import LAB
from streaminglab_operator.errors import ApiError, Conflict, NotFound
from streaminglab_operator.names import FIELD_MANAGER, LabKey
from streaminglab_operator.observed import Culprit, Observed
from streaminglab_operator.observed.objects import observed
from streaminglab_operator.observed.refusals import refusal
from streaminglab_operator.ports import (
    OPAQUE,
    EventToPublish,
    ObjectToApply,
    StoredSecret,
    VolumeChange,
)
from tests.fakes.api_server import ApiServer


class Crash(Exception):
    """The operator's process is gone: nothing it does reaches the world any more."""


class Writes:
    """Counts every write to the outside, and ends the process right after one of them."""

    def __init__(self, last: int | None = None) -> None:
        self.done: list[str] = []
        self._last = last

    def before(self) -> None:
        """No write leaves a process that has crashed."""
        if self._last is not None and len(self.done) >= self._last:
            raise Crash(f"after write {self._last}: {self.done[-1] if self.done else 'none'}")

    def after(self, what: str) -> None:
        """One write has reached the outside; its answer may not reach the operator."""
        self.done.append(what)
        self.before()


class FakeCluster:
    """Implements :class:`ports.Cluster`."""

    def __init__(self, server: ApiServer, writes: Writes) -> None:
        self.server = server
        self.writes = writes
        self.published: list[EventToPublish] = []
        self.statuses: list[dict[str, Any]] = []
        self.down: ApiError | None = None
        self.witness: Callable[[LabKey], None] = lambda _: None
        """Called after each write of a status, to compare what it says with what is."""

    def _reach(self) -> None:
        if self.down is not None:
            raise self.down
        self.writes.before()

    async def apply(self, item: ObjectToApply) -> Observed:
        self._reach()
        body = json.loads(item.body)
        body["metadata"] |= {"uid": item.uid} if item.uid else {"resourceVersion": "1"}
        raw = self.server.apply(body, FIELD_MANAGER)
        self.writes.after(f"apply {item.kind} {item.name}")
        return observed(item.kind, {"metadata": raw["metadata"]})

    async def delete(self, item: Observed, namespace: str) -> None:
        self._reach()
        try:
            if item.kind == "PersistentVolumeClaim":
                self._as_seen(namespace, item)
            self.server.delete(item.kind, namespace, item.name, item.uid)
        except (NotFound, Conflict):
            return
        self.writes.after(f"delete {item.kind} {item.name}")

    def _as_seen(self, namespace: str, item: Observed) -> None:
        live = self.server.get(item.kind, namespace, item.name)["metadata"]
        if (live["uid"], live["resourceVersion"]) != (item.uid, str(item.resource_version)):
            raise Conflict(409, "the object has been modified", item.kind)

    async def change_volume(self, namespace: str, item: Observed, change: VolumeChange) -> None:
        self._reach()
        self._as_seen(namespace, item)
        live = self.server.get(item.kind, namespace, item.name)["metadata"]
        owners = [o for o in live.get("ownerReferences", []) if o["uid"] not in change.leave]
        owners += [dict(change.join)] if change.join else []
        body: dict[str, Any] = {"metadata": {"ownerReferences": owners or None}}
        if change.size:
            body["spec"] = {"resources": {"requests": {"storage": change.size}}}
        self.server.edit(item.kind, namespace, item.name, body, FIELD_MANAGER)
        self.writes.after(f"change {item.kind} {item.name}")

    async def volume_goes(self, namespace: str, name: str, lab: str) -> bool:
        self._reach()
        try:
            metadata = self.server.get("PersistentVolumeClaim", namespace, name)["metadata"]
        except NotFound:
            return False
        owners = metadata.get("ownerReferences", [])
        others = [o for o in owners if o["kind"] in ("StatefulSet", LAB.kind)]
        former = others and all(o["uid"] != lab for o in others)
        return "deletionTimestamp" in metadata or bool(former)

    async def read_secret(self, namespace: str, name: str) -> StoredSecret | None:
        self._reach()
        try:
            raw = self.server.get("Secret", namespace, name)
        except NotFound:
            return None
        metadata = raw["metadata"]
        return StoredSecret(
            values={
                k: base64.b64decode(v).decode(errors="replace")
                for k, v in raw.get("data", {}).items()
            },
            owners=frozenset(owner["uid"] for owner in metadata.get("ownerReferences", [])),
            labels=metadata.get("labels", {}),
            annotations=metadata.get("annotations", {}),
            version=metadata["resourceVersion"],
            deleting="deletionTimestamp" in metadata,
        )

    async def create_secret(
        self,
        namespace: str,
        name: str,
        values: Mapping[str, str],
        metadata: Mapping[str, Any],
        *,
        kind: str = OPAQUE,
    ) -> str:
        self._reach()
        where = {"name": name, "namespace": namespace, **metadata}
        body = {"apiVersion": "v1", "kind": "Secret", "type": kind, "metadata": where}
        body["data"] = encoded(values)
        raw = self.server.create(body, FIELD_MANAGER)
        self.writes.after(f"create Secret {name} {sorted(values)}")
        return str(raw["metadata"]["resourceVersion"])

    async def patch_secret(
        self,
        namespace: str,
        name: str,
        values: Mapping[str, str | None],
        metadata: Mapping[str, Any],
        version: str,
    ) -> str:
        self._reach()
        if self.server.get("Secret", namespace, name)["metadata"]["resourceVersion"] != version:
            raise Conflict(409, f'secrets "{name}": the object has been modified', "Secret")
        change = {"metadata": dict(metadata), "data": encoded(values)}
        raw = self.server.edit("Secret", namespace, name, change, FIELD_MANAGER)
        self.writes.after(f"patch Secret {name} {sorted(values)}")
        return str(raw["metadata"]["resourceVersion"])

    async def patch_status(
        self, key: LabKey, uid: str, fields: Mapping[str, Any], *, first: bool = False
    ) -> bool:
        self._reach()
        try:
            if self.server.get(LAB.kind, key.namespace, key.name)["metadata"]["uid"] != uid:
                return False
            self.server.set_fields(LAB.kind, key.namespace, key.name, fields)
        except NotFound:
            return False
        stored = self.server.get(LAB.kind, key.namespace, key.name)["status"]
        self.statuses.append({"lab": str(key), **stored})
        self.witness(key)
        self.writes.after(f"status {key}")
        return True

    async def publish(self, key: LabKey, uid: str, event: EventToPublish) -> None:
        self._reach()
        self.published.append(event)
        self.writes.after(f"event {event.reason}")

    async def why_not_created(self, namespace: str, item: Observed) -> Culprit | None:
        self._reach()
        events = [
            e
            for e in self.server.find("Event", namespace)
            if e["involvedObject"]["uid"] == item.uid and e["reason"] == "FailedCreate"
        ]
        return refusal(events[-1]["message"]) if events else None

    async def limit_ranges(self, namespace: str) -> Sequence[Mapping[str, Any]]:
        self._reach()
        return self.server.find("LimitRange", namespace)

    async def nudge(self, namespace: str, item: Observed, stamp: str) -> None:
        self._reach()
        self._as_seen(namespace, item)
        change = {"metadata": {"annotations": {"streaminglab.dev/tried-again-at": stamp}}}
        self.server.edit(item.kind, namespace, item.name, change, f"{FIELD_MANAGER}-nudge")
        self.writes.after(f"nudge {item.kind} {item.name}")


def encoded(values: Mapping[str, str | None]) -> dict[str, str | None]:
    """Values as a Secret's ``data`` holds them; None takes one away."""
    return {
        key: None
        if value is None
        else base64.b64encode(value.encode(errors="surrogateescape")).decode()
        for key, value in values.items()
    }
