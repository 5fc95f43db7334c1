"""What the watches have told so far, by lab, in memory.

Only this process's event loop touches it, so it needs no lock. It never decides: it keeps the
newest record of each object and says which lab to look at again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import ObjectKey, Observed, WorkloadState
from streaminglab_operator.observed.objects import lab_of, observed


class Store:
    """Labs as last seen (their raw JSON), and the objects of each."""

    def __init__(self, wake: Callable[[LabKey], None]) -> None:
        self._wake = wake
        self._labs: dict[LabKey, Mapping[str, Any]] = {}
        self._objects: dict[LabKey, dict[ObjectKey, Observed]] = {}
        self._by_namespace: dict[str, set[LabKey]] = {}

    def lab(self, key: LabKey) -> Mapping[str, Any] | None:
        """A lab as last seen, or None if it is gone."""
        return self._labs.get(key)

    def labs(self) -> Iterator[LabKey]:
        """All labs."""
        return iter(list(self._labs))

    def __len__(self) -> int:
        return len(self._labs)

    def objects(self, key: LabKey) -> Mapping[ObjectKey, Observed]:
        """The objects of a lab; a live view, read it before anything is awaited."""
        return self._objects.get(key, {})

    def first_in_namespace(self, key: LabKey) -> bool:
        """True for the oldest lab of a namespace: it owns the short names of the courses."""

        def age(other: LabKey) -> tuple[str, str]:
            metadata = self._labs[other]["metadata"]
            return (metadata.get("creationTimestamp", ""), other.name)

        others = self._by_namespace.get(key.namespace, set())
        return not others or min(others, key=age) == key

    def lab_seen(self, raw: Mapping[str, Any]) -> None:
        """A lab was added or changed."""
        key = LabKey(raw["metadata"]["namespace"], raw["metadata"]["name"])
        before = self._labs.get(key)
        # Nobody reads the record of who owns which field of a lab, and it is large.
        metadata = {k: v for k, v in raw["metadata"].items() if k != "managedFields"}
        self._labs[key] = {**raw, "metadata": metadata}
        self._by_namespace.setdefault(key.namespace, set()).add(key)
        if before is None or _wish(before) != _wish(raw):
            self._wake(key)
        if before is None:
            # A lab of the same second may be the older one by its name, and take the short names.
            self._wake_neighbours(key)

    def lab_gone(self, key: LabKey) -> None:
        """A lab was deleted; its objects follow by their owner references."""
        self._labs.pop(key, None)
        self._wake(key)
        self._wake_neighbours(key)
        neighbours = self._by_namespace.get(key.namespace, set())
        neighbours.discard(key)
        if not neighbours:
            self._by_namespace.pop(key.namespace, None)

    def _wake_neighbours(self, key: LabKey) -> None:
        for other in sorted(self._neighbours(key), key=str):
            self._wake(other)

    def _neighbours(self, key: LabKey) -> set[LabKey]:
        return self._by_namespace.get(key.namespace, set()) - {key}

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
        for other in self._neighbours(key):
            if self._objects.get(other, {}).pop(name, None) is not None:
                self._changed(other)

    def _changed(self, key: LabKey) -> None:
        if not self._objects.get(key):
            self._objects.pop(key, None)
        if key in self._labs:
            self._wake(key)


def _wish(raw: Mapping[str, Any]) -> tuple[object, ...]:
    metadata = raw["metadata"]
    return (
        metadata.get("uid"),
        metadata.get("generation"),
        metadata.get("deletionTimestamp"),
        metadata.get("annotations"),
    )


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
        state = replace(state, settled=False)
    return replace(record, state=state, image=known.image)
