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

    def __init__(
        self,
        wake: Callable[[LabKey], None],
        hosts_of: Callable[[Mapping[str, Any]], frozenset[str]] = lambda _: frozenset(),
    ) -> None:
        """``hosts_of``: the host names that a lab lays claim to."""
        self._wake = wake
        self._hosts_of = hosts_of
        self._hosts: dict[LabKey, frozenset[str]] = {}
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

        others = self._by_namespace.get(key.namespace, set())
        return not others or min(others, key=self._age) == key

    def _age(self, key: LabKey) -> tuple[str, str, str]:
        metadata = self._labs[key]["metadata"]
        return (metadata.get("creationTimestamp", ""), key.name, key.namespace)

    def taken_hosts(self, key: LabKey) -> dict[str, str]:
        """The host names of a lab that an older lab has, with that one's name."""
        mine = self._hosts.get(key)
        if not mine:
            return {}
        older = [k for k in self._sharing(key, mine) if self._age(k) < self._age(key)]
        return {host: str(k) for k in older for host in self._hosts[k] & mine}

    def _sharing(self, key: LabKey, hosts: frozenset[str]) -> list[LabKey]:
        return [k for k, theirs in self._hosts.items() if k != key and theirs & hosts]

    def _claim(self, key: LabKey, hosts: frozenset[str]) -> None:
        """Note the host names of a lab, and wake those that share one with it, now or before."""
        before = self._hosts.pop(key, frozenset())
        if hosts:
            self._hosts[key] = hosts
        if hosts != before:
            for other in self._sharing(key, hosts | before):
                self._wake(other)

    def lab_seen(self, raw: Mapping[str, Any]) -> None:
        """A lab was added or changed."""
        key = LabKey(raw["metadata"]["namespace"], raw["metadata"]["name"])
        before = self._labs.get(key)
        # Nobody reads the record of who owns which field of a lab, and it is large.
        metadata = {k: v for k, v in raw["metadata"].items() if k != "managedFields"}
        self._labs[key] = {**raw, "metadata": metadata}
        self._by_namespace.setdefault(key.namespace, set()).add(key)
        if before is None or _wish(before) != _wish(raw):
            self._claim(key, self._hosts_of(raw))
            self._wake(key)
        if before is None:
            # A lab of the same second may be the older one by its name, and take the short names.
            self._wake_neighbours(key)

    def lab_gone(self, key: LabKey) -> None:
        """A lab was deleted; its objects follow by their owner references."""
        self._labs.pop(key, None)
        self._claim(key, frozenset())
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
