"""What the watches reported last, by lab, in memory.

Only this process's event loop touches it, so it needs no lock. It never decides: it keeps the
newest record of each object and says which lab to look at again. Who owns what only one lab can
have is decided in :mod:`claims`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from streaminglab_operator.api import StreamingLabSpec
from streaminglab_operator.claims import Claim, Claims
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import ObjectKey, Observed, WorkloadState
from streaminglab_operator.observed.objects import lab_of, observed
from streaminglab_operator.records import LabRecord

HostsOf = Callable[[LabKey, StreamingLabSpec], frozenset[str]]
"""The host names that a lab lays claim to."""


class Store:
    """Labs as last seen, and the objects of each."""

    def __init__(
        self,
        wake: Callable[[LabKey], None],
        hosts_of: HostsOf = lambda _key, _spec: frozenset(),
    ) -> None:
        self._wake = wake
        self._hosts_of = hosts_of
        self._labs: dict[LabKey, LabRecord] = {}
        self._objects: dict[LabKey, dict[ObjectKey, Observed]] = {}
        self.claims = Claims()

    def lab(self, key: LabKey) -> LabRecord | None:
        """A lab as last seen, or None if it is gone."""
        return self._labs.get(key)

    def __len__(self) -> int:
        return len(self._labs)

    def objects(self, key: LabKey) -> Mapping[ObjectKey, Observed]:
        """The objects of a lab; a live view, read it before anything is awaited."""
        return self._objects.get(key, {})

    def lab_seen(self, record: LabRecord) -> None:
        """A lab was added or changed."""
        key = record.key
        before = self._labs.get(key)
        self._labs[key] = record
        if before is not None and before.asked == record.asked:
            return
        hosts = self._hosts_of(key, record.spec) if record.spec else frozenset()
        self._wake(key)
        self._claim(key, Claim(record.created, hosts))

    def lab_gone(self, key: LabKey) -> None:
        """A lab was deleted; its objects follow by their owner references."""
        self._labs.pop(key, None)
        self._wake(key)
        self._claim(key, None)

    def _claim(self, key: LabKey, claim: Claim | None) -> None:
        for other in self.claims.change(key, claim):
            self._wake(other)

    def object_seen(self, kind: str, event: str, raw: Mapping[str, Any]) -> None:
        """An object with a lab's label was added, changed or deleted."""
        key = lab_of(raw)
        if key is None:
            return
        objects = self._objects.setdefault(key, {})
        name = (kind, raw["metadata"]["name"])
        self._leave_neighbours(key, name)
        if event == "DELETED":
            gone = objects.get(name)
            if gone is not None and gone.uid == raw["metadata"]["uid"]:
                del objects[name]
                self._changed(key)
            return
        record = observed(kind, raw)
        known = objects.get(name)
        if known is not None and known.uid == record.uid:
            if known.resource_version > record.resource_version:
                return
            if _same(known, record):
                objects[name] = record
                return
        objects[name] = record
        self._changed(key)

    def applied(self, key: LabKey, record: Observed) -> None:
        """What a server-side apply answered; the watch will tell the same, later."""
        objects = self._objects.setdefault(key, {})
        name = (record.kind, record.name)
        self._leave_neighbours(key, name)
        known = objects.get(name)
        if known is not None and known.uid == record.uid:
            if known.resource_version > record.resource_version:
                return
            record = _with_state(record, known)
        objects[name] = record

    def relisted(self, kind: str, namespace: str | None, seen: set[tuple[str, str]]) -> None:
        """After a full list of a kind: what was not in it is gone."""
        for key, objects in list(self._objects.items()):
            if namespace is not None and key.namespace != namespace:
                continue
            for name in [n for n in objects if n[0] == kind]:
                if (key.namespace, name[1]) not in seen:
                    del objects[name]
                    self._changed(key)

    def _leave_neighbours(self, key: LabKey, name: ObjectKey) -> None:
        """The short names go from lab to lab: an object that is ours now is no longer another's."""
        for other in self.claims.neighbours(key):
            if self._objects.get(other, {}).pop(name, None) is not None:
                self._changed(other)

    def _changed(self, key: LabKey) -> None:
        if not self._objects.get(key):
            self._objects.pop(key, None)
        if key in self._labs:
            self._wake(key)


def _same(known: Observed, record: Observed) -> bool:
    """True if nothing that a decision looks at has changed."""
    return (
        known.digest == record.digest
        and known.ownership == record.ownership
        and known.deleting == record.deleting
        and known.state == record.state
        and known.image == record.image
    )


def _with_state(record: Observed, known: Observed) -> Observed:
    """Apply answers with metadata alone: keep the state, but no longer as settled if it changed."""
    state = known.state
    if isinstance(state, WorkloadState) and known.resource_version != record.resource_version:
        state = replace(state, settled=False, revision="")
    return replace(record, state=state, image=known.image)
