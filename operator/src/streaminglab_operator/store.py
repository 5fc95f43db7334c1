"""What the watches reported last, by lab, in memory.

Only this process's event loop touches it, so it needs no lock. It never decides: it keeps the
newest record of each object and says which lab to look at again. Who owns what only one lab can
have is decided in :mod:`claims`.

Nothing that is told here raises: of an object that cannot be read, what was known is kept.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from streaminglab_operator.api import LAB, StreamingLabSpec
from streaminglab_operator.claims import Claim, Claims
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import ObjectKey, Observed, WorkloadState
from streaminglab_operator.observed.news import can_wait, same
from streaminglab_operator.observed.objects import lab_of, observed
from streaminglab_operator.records import LabRecord, key_of, lab_record
from streaminglab_operator.rooms import Rooms
from streaminglab_operator.schema.shared import Shared
from streaminglab_operator.strays import Strays
from streaminglab_operator.survival import Unreadable, passing_over

HostsOf = Callable[[LabKey, StreamingLabSpec], tuple[frozenset[str], frozenset[str]]]
"""The host names that a lab lays claim to, and those of them that it has by itself. Asked of specs
that can come into force."""
MAX_OBJECTS = 2000
"""Of one lab, as told by watches. It has some fifty; whoever labels more harms that lab alone."""
MAX_OBJECT_BYTES = 3 * 1024 * 1024
"""The same for what they take of memory: an Ingress can have host names of 16 KB."""
_RECORD_BYTES = 1000
"""What one record takes beside its texts, about."""

_NO_HOSTS: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Wakes:
    """What asks for a pass over a lab. ``soon``: for one that can wait for what else will have
    changed by then; None: none can. ``waits``: whether one is about to be made anyhow."""

    now: Callable[[LabKey], None]
    soon: Callable[[LabKey], None] | None = None
    waits: Callable[[LabKey], bool] = lambda _key: False


class Store:
    """Labs as last seen, and the objects of each."""

    def __init__(
        self,
        wake: Wakes,
        hosts_of: HostsOf = lambda _key, _spec: _NO_HOSTS,
        unreadable: Unreadable = lambda _kind: None,
        *,
        strays: Strays | None = None,
        list_again: Callable[[], None] = lambda: None,
        most_labs: int = 0,
    ) -> None:
        self._wake = wake.now
        self._wake_soon = wake.soon or wake.now
        self._waits = wake.waits
        self._hosts_of = hosts_of
        self._unreadable = unreadable
        self._strays = Strays() if strays is None else strays
        self._list_again = list_again
        self._incomplete: set[str] = set()
        self._labs: dict[LabKey, LabRecord] = {}
        self._specs = Shared[StreamingLabSpec]()
        self._rooms = Rooms()
        self._objects: dict[LabKey, dict[ObjectKey, Observed]] = {}
        self._bytes: Counter[LabKey] = Counter()
        self.claims = Claims(most_labs)

    def lab(self, key: LabKey) -> LabRecord | None:
        """A lab as last seen, or None if it is gone."""
        return self._labs.get(key)

    def __len__(self) -> int:
        return len(self._labs)

    def labs(self) -> list[LabRecord]:
        """All labs as last seen."""
        return list(self._labs.values())

    def objects(self, key: LabKey) -> Mapping[ObjectKey, Observed]:
        """The objects of a lab; a live view, read it before anything is awaited."""
        return self._objects.get(key, {})

    def lab_event(self, event: str, raw: Mapping[str, Any]) -> None:
        """An event of the watch of labs, or an entry of a list of them."""
        with passing_over(LAB.kind, raw, self._unreadable):
            key = key_of(raw)
            if event == "DELETED":
                self.lab_gone(key, raw["metadata"]["uid"])
            else:
                known, take = self._labs.get(key), partial(self._rooms.take, key)
                self.lab_seen(lab_record(raw, known, take, self._specs))

    def lab_with(self, uid: str) -> str | None:
        """Which of the labs that are there has a uid."""
        return next((str(key) for key, lab in self._labs.items() if lab.uid == uid), None)

    def holder(self, namespace: str, name: ObjectKey) -> str | None:
        """The lab that an object of a namespace belongs to by its label, if that is known."""
        for key, objects in self._objects.items():
            if key.namespace == namespace and name in objects:
                return str(key) if key in self._labs else f"{key}, which is being removed"
        return None

    def lab_seen(self, record: LabRecord) -> None:
        """A lab was added or changed."""
        key = record.key
        before = self._labs.get(key)
        self._labs[key] = record
        same = before is not None and before.asked == record.asked
        if before is not None and same and before.left_out == record.left_out:
            return
        self._wake(key)
        short_names = record.spec is None or record.spec.access.short_names
        self._claim(key, Claim(record.created, *self._hosts(record), short_names))
        if before is None:
            self._adopt(key)

    def _hosts(self, record: LabRecord) -> tuple[frozenset[str], frozenset[str]]:
        """Of a spec that cannot come into force: those that the lab has. What runs is left as it
        is, and keeps its names."""
        found = None
        if record.spec is not None and not record.problems:
            key = record.key
            raw = {"metadata": {"namespace": key.namespace, "name": key.name}}
            with passing_over(LAB.kind, raw, self._unreadable):
                found = self._hosts_of(key, record.spec)
        return self.claims.hosts(record.key) if found is None else found

    def lab_gone(self, key: LabKey, uid: str) -> None:
        """A lab was deleted; its objects follow by their owner references. Of a lab that has been
        made again since, this is old news."""
        known = self._labs.get(key)
        if known is not None and known.uid != uid:
            return
        self._labs.pop(key, None)
        self._rooms.leave(key)
        for name in list(self._objects.get(key, ())):
            self._bound(key, name)
        self._wake(key)
        self._claim(key, None)

    def _claim(self, key: LabKey, claim: Claim | None) -> None:
        for other in self.claims.change(key, claim):
            self._adopt(other)
            self._wake(other)

    def object_seen(self, kind: str, event: str, raw: Mapping[str, Any]) -> None:
        """An object with a lab's label was added, changed or deleted."""
        with passing_over(kind, raw, self._unreadable):
            self._object_seen(kind, event, raw)

    def _object_seen(self, kind: str, event: str, raw: Mapping[str, Any]) -> None:
        key = lab_of(raw)
        if key is None:
            return
        name = (kind, raw["metadata"]["name"])
        if event == "DELETED":
            self._leave_neighbours(key, name)
            gone = self._objects.get(key, {}).get(name)
            if gone is not None and gone.uid == raw["metadata"]["uid"]:
                self._drop(key, name)
            return
        record = observed(kind, raw)
        self._leave_neighbours(key, name)
        known = self._objects.get(key, {}).get(name)
        if known is not None and known.uid == record.uid:
            if known.resource_version > record.resource_version:
                return
            if same(known, record, self._objects[key]):
                self._put(key, record, _more_bytes(known, record))
                return
        more = _more_bytes(known, record)
        if not self._has_room(key, known, more):
            return
        self._put(key, record, more)
        # When the operator starts, thirty objects of each lab are told that has no pass yet.
        if not self._waits(key):
            self._changed(key, soon=can_wait(known, record, self.objects(key)))

    def _has_room(self, key: LabKey, known: Observed | None, more: int) -> bool:
        if more > 0 and self._bytes[key] + more > MAX_OBJECT_BYTES:
            return False
        return known is not None or len(self.objects(key)) < MAX_OBJECTS

    def _put(self, key: LabKey, record: Observed, more: int) -> None:
        """``more``: bytes than what was known of the object."""
        name = (record.kind, record.name)
        self._bytes[key] += more
        self._objects.setdefault(key, {})[name] = record
        self._bound(key, name)

    def applied(self, key: LabKey, record: Observed) -> None:
        """What a server-side apply answered; the watch will tell the same, later."""
        name = (record.kind, record.name)
        self._leave_neighbours(key, name)
        known = self.objects(key).get(name)
        if known is not None and known.uid == record.uid:
            if known.resource_version > record.resource_version:
                return
            record = _with_state(record, known)
        self._put(key, record, _more_bytes(known, record))

    def relisted(self, kind: str, namespace: str | None, seen: set[tuple[str, str]]) -> None:
        """After a full list of a kind: what was not in it is gone."""
        for key, objects in list(self._objects.items()):
            if namespace is not None and key.namespace != namespace:
                continue
            for name in [n for n in objects if n[0] == kind]:
                if (key.namespace, name[1]) not in seen:
                    self._drop(key, name)

    def _leave_neighbours(self, key: LabKey, name: ObjectKey) -> None:
        """The short names go from lab to lab: an object that is ours now is no longer another's."""
        for other in self.claims.neighbours(key):
            if name in self._objects.get(other, ()):
                self._drop(other, name)

    def _drop(self, key: LabKey, name: ObjectKey) -> None:
        """An object is gone, or another lab's."""
        self._bytes[key] -= _bytes(self._objects[key].pop(name))
        self._strays.forget((key, name))
        self._changed(key)

    def _bound(self, key: LabKey, name: ObjectKey) -> None:
        """Of labs that nobody knows, or looks after, only so many objects are kept."""
        record = self._objects.get(key, {}).get(name)
        if record is None or self._is_looked_after(key):
            return
        for other, dropped in self._strays.note((key, name), _bytes(record)):
            self._incomplete.add(other.namespace)
            self._drop(other, dropped)

    def _is_looked_after(self, key: LabKey) -> bool:
        return key in self._labs and not self.claims.one_too_many(key)

    def _adopt(self, key: LabKey) -> None:
        """A lab has appeared, or has its turn: the objects that were seen before are strays no
        more."""
        if not self._is_looked_after(key):
            return
        for name in self._objects.get(key, ()):
            self._strays.forget((key, name))
        if key.namespace in self._incomplete:
            self._incomplete.clear()
            self._list_again()

    def _changed(self, key: LabKey, *, soon: bool = False) -> None:
        if not self._objects.get(key):
            self._objects.pop(key, None)
            self._bytes.pop(key, None)
        if key in self._labs:
            (self._wake_soon if soon else self._wake)(key)


def _more_bytes(known: Observed | None, record: Observed) -> int:
    return _bytes(record) - (_bytes(known) if known is not None else 0)


def _bytes(record: Observed) -> int:
    """What a record takes, about: most of it texts that somebody else wrote."""
    return _RECORD_BYTES + len(record.image) + (len(repr(record.state)) if record.state else 0)


def _with_state(record: Observed, known: Observed) -> Observed:
    """Apply answers with metadata alone: keep the state, but no longer as settled if it changed."""
    state = known.state
    if isinstance(state, WorkloadState) and known.resource_version != record.resource_version:
        state = replace(state, settled=False, revision="", seen=False)
    return replace(record, state=state, image=known.image)
