"""An API server in memory: objects, versions, field ownership, garbage collection, watches.

Faithful where the operator could notice a difference: an apply that changes nothing leaves the
resourceVersion alone and tells no watch; another manager's edit takes our fields out of our set; a
delete may demand a uid; what an object owns goes with it; admission may refuse with 403; a
RoleBinding needs its Role; a Service keeps its cluster IP for good.
"""

import marshal
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from streaminglab_operator.errors import Conflict, Forbidden, NotFound, api_error
from tests.fakes import volumes
from tests.fakes.fields import Json, Path, assign, leaves, nested, removal, remove

T = TypeVar("T")
Key = tuple[str, str, str]
Admission = Callable[[str, Json], str | None]
"""Kind and object to a refusal in the API server's words, or None."""


class ApiServer:
    """Objects by kind, namespace and name; every change is one event."""

    def __init__(self) -> None:
        self.objects: dict[Key, Json] = {}
        self.events: deque[tuple[str, str, Json]] = deque()
        self.admission: list[Admission] = []
        self.collects_at_once = True
        """Whether what an object owns goes with it in the same moment."""
        self.expandable = False
        """Whether the StorageClass lets volumes grow; ``grows``: whether its driver does it."""
        self.grows = True
        self.too_large = ""
        """The size that no volume can have; ``unknown_class``: the class that there is not."""
        self.unknown_class = ""
        self.created: list[tuple[str, str]] = []
        self.deleted: list[tuple[str, str]] = []
        self._owned: dict[str, dict[tuple[str, str], set[Path]]] = {}
        self._version = 100
        self._uids = 0

    def get(self, kind: str, namespace: str, name: str) -> Json:
        """A copy of one object; NotFound if there is none."""
        return _copy(self._live((kind, namespace, name)))

    def find(self, kind: str, namespace: str = "") -> list[Json]:
        """All objects of a kind, as they are stored: for reading only."""
        keys = [
            key for key in self.objects if key[0] == kind and (not namespace or key[1] == namespace)
        ]
        return [self.objects[key] for key in sorted(keys)]

    def apply(self, body: Json, manager: str) -> Json:
        """Server-side apply with force."""
        kind, metadata = body["kind"], body["metadata"]
        key = (kind, metadata["namespace"], metadata["name"])
        live = self.objects.get(key)
        _compare(kind, metadata, live)
        if live is None:
            raw = self.create(body, manager, operation="Apply")
            return _copy(raw)
        self._admit(kind, body)
        after = _copy(live)
        owners = self._owned[live["metadata"]["uid"]]
        me = (manager, "Apply")
        wanted, before = leaves(body), leaves(live)
        gone = owners.get(me, set()) - set(wanted)
        for path in sorted(gone, key=removal):
            if not any(path in paths for who, paths in owners.items() if who != me):
                remove(after, path)
        for path, value in wanted.items():
            if before.get(path, _ABSENT) != value:
                assign(after, path, value)
                for who, paths in owners.items():
                    if who != me:
                        paths.discard(path)
        self._refuse(kind, live, after)
        _give_cluster_ip(after, live)
        owners[me] = set(wanted)
        return _copy(self._store(key, after))

    def create(self, body: Mapping[str, Any], manager: str, operation: str = "Update") -> Json:
        """Make a new object; Conflict if it exists, Forbidden if admission refuses."""
        metadata = body["metadata"]
        key = (body["kind"], metadata["namespace"], metadata["name"])
        if key in self.objects:
            raise Conflict(409, f'{key[0].lower()} "{key[2]}" already exists', key[0])
        self._admit(key[0], body)
        raw = _copy(dict(body))
        _give_cluster_ip(raw)
        if key[0] == volumes.KIND:
            volumes.give_class(raw)
        self._uids += 1
        uid = raw["metadata"].get("uid") or f"uid-{self._uids:05d}"
        raw["metadata"].update(
            uid=uid,
            generation=1,
            creationTimestamp=f"2026-03-02T08:{self._uids // 60 % 60:02d}:{self._uids % 60:02d}Z",
        )
        self._owned[uid] = {(manager, operation): set(leaves(dict(body)))}
        self.created.append((key[0], key[2]))
        return self._store(key, raw)

    def edit(self, kind: str, namespace: str, name: str, change: Json, manager: str) -> Json:
        """A merge patch by anybody: None takes a field away."""
        key = (kind, namespace, name)
        live = self._live(key)
        after = _merged(_copy(live), change)
        self._refuse(kind, live, after)
        before, now = leaves(live), leaves(after)
        owners = self._owned[live["metadata"]["uid"]]
        changed = {p for p, v in now.items() if before.get(p, _ABSENT) != v}
        gone = set(before) - set(now)
        for who, paths in owners.items():
            paths.difference_update(gone, changed if who != (manager, "Update") else ())
        if changed:
            owners.setdefault((manager, "Update"), set()).update(changed)
        return _copy(self._store(key, after))

    def write(self, kind: str, namespace: str, name: str, change: Json) -> None:
        """A merge patch by the cluster itself, which nobody refuses."""
        live = self._live((kind, namespace, name))
        self._store((kind, namespace, name), _merged(_copy(live), change), asked=False)

    def set_status(self, kind: str, namespace: str, name: str, status: Json) -> None:
        """A merge patch of the status subresource."""
        live = self._live((kind, namespace, name))
        self._say((kind, namespace, name), _merged(_copy(live.get("status", {})), status))

    def set_fields(self, kind: str, namespace: str, name: str, fields: Mapping[str, Any]) -> None:
        """A JSON patch of the status, of whole fields: None takes one away, others stay."""
        live = self._live((kind, namespace, name))
        kept = {k: v for k, v in live.get("status", {}).items() if k not in fields}
        self._say((kind, namespace, name), kept | _merged({}, fields))

    def _say(self, key: Key, status: Json) -> None:
        live = self._live(key)
        after = {**live, "metadata": dict(live["metadata"]), "status": status}
        self._store(key, after, asked=False)

    def delete(
        self, kind: str, namespace: str, name: str, uid: str = "", *, cascade: bool = True
    ) -> None:
        """Delete one object and, unless the garbage collector lags behind, what it owns."""
        raw = self._live((kind, namespace, name))
        if uid and raw["metadata"]["uid"] != uid:
            raise Conflict(409, "Precondition failed: UID in precondition does not match", kind)
        if kind == volumes.KIND and "spec" in raw and volumes.held(self, raw):
            # Its finalizer holds it back until the last pod has gone.
            ends = {"deletionTimestamp": "2026-03-02T08:00:00Z", "finalizers": ["pvc-protection"]}
            self.write(kind, namespace, name, {"metadata": ends})
            return
        del self.objects[(kind, namespace, name)]
        self._version += 1
        raw = _copy(raw)
        raw["metadata"]["resourceVersion"] = str(self._version)
        self.deleted.append((kind, name))
        self.events.append(("DELETED", kind, raw))
        if kind == volumes.KIND:
            volumes.make_again(self, raw)
        for owned in list(self.objects.values()) if cascade and self.collects_at_once else ():
            owners = owned["metadata"].get("ownerReferences", [])
            if any(o["uid"] == raw["metadata"]["uid"] for o in owners) and not self._held(owners):
                where = owned["metadata"]
                if (owned["kind"], where["namespace"], where["name"]) in self.objects:
                    self.delete(owned["kind"], where["namespace"], where["name"])

    def _held(self, owners: list[Json]) -> bool:
        """Whether one of the owners is still there: what has two goes after the second."""
        if len(owners) == 1:
            return False
        alive = {raw["metadata"]["uid"] for raw in self.objects.values()}
        return any(owner["uid"] in alive for owner in owners)

    def _refuse(self, kind: str, before: Json, after: Json) -> None:
        _refuse_immutable(kind, before, after)
        if kind == volumes.KIND:
            volumes.refuse(before, after, expandable=self.expandable)

    def _admit(self, kind: str, body: Mapping[str, Any]) -> None:
        if kind == "RoleBinding":
            # It looks what the role allows, to see that nobody gives away what he has not.
            self._live(("Role", body["metadata"]["namespace"], body["roleRef"]["name"]))
        for rule in self.admission:
            refusal = rule(kind, dict(body))
            if refusal:
                raise Forbidden(403, refusal, f"{kind} {body['metadata']['name']}")

    def _live(self, key: Key) -> Json:
        if key not in self.objects:
            raise NotFound(404, f'{key[0].lower()} "{key[2]}" not found', key[0])
        return self.objects[key]

    def _store(self, key: Key, raw: Json, *, asked: bool = True) -> Json:
        """``asked``: somebody asked for fields, and may own others than before."""
        before = self.objects.get(key)
        metadata = raw["metadata"]
        if asked:
            metadata["managedFields"] = [
                {"manager": manager, "operation": operation, "fieldsV1": nested(paths)}
                for (manager, operation), paths in sorted(self._owned[metadata["uid"]].items())
                if paths
            ]
        if before is not None:
            metadata["resourceVersion"] = before["metadata"]["resourceVersion"]
            if raw == before:
                return before
            if raw.get("spec") != before.get("spec"):
                metadata["generation"] = before["metadata"]["generation"] + 1
        self._version += 1
        metadata["resourceVersion"] = str(self._version)
        self.objects[key] = raw
        self.events.append(("MODIFIED" if before else "ADDED", key[0], _copy(raw)))
        return raw


_ABSENT = object()


def _copy(value: T) -> T:
    """A deep copy of JSON, many times faster than the general one."""
    plain: Any = value
    copied: T = marshal.loads(marshal.dumps(plain))  # noqa: S302 (our own)
    return copied


def _compare(kind: str, wanted: Json, live: Json | None) -> None:
    """The object that an apply says it is about must be the one that is there. A version is of no
    account where there is none yet."""
    uid, version = wanted.pop("uid", None), wanted.pop("resourceVersion", None)
    if uid is not None and (live is None or uid != live["metadata"]["uid"]):
        raise Conflict(409, "uid mismatch", kind)
    if live is not None and version not in (None, live["metadata"]["resourceVersion"]):
        raise Conflict(409, "the object has been modified", kind)


def _merged(target: Json, change: Mapping[str, Any]) -> Json:
    for name, value in change.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, Mapping):
            inner = target.get(name)
            target[name] = _merged(inner if isinstance(inner, dict) else {}, value)
        else:
            target[name] = _copy(value)
    return target


def _give_cluster_ip(raw: Json, before: Json | None = None) -> None:
    """A Service that asks for none in particular gets one, or keeps the one that it has."""
    if raw["kind"] == "Service" and raw.get("spec", {}).get("type") in _WITH_CLUSTER_IP:
        had = before["spec"].get("clusterIP", "") if before else ""
        raw["spec"].setdefault("clusterIP", had or "10.96.0.7")


_WITH_CLUSTER_IP = ("ClusterIP", "NodePort", "LoadBalancer")


def _refuse_immutable(kind: str, before: Json, after: Json) -> None:
    """What Kubernetes itself never changes."""
    if kind == "Job" and before["spec"]["template"] != after["spec"]["template"]:
        raise api_error(422, "spec.template: Invalid value: field is immutable", kind)
    if kind == "StatefulSet" and before["spec"].get("volumeClaimTemplates") != after["spec"].get(
        "volumeClaimTemplates"
    ):
        raise api_error(422, "updates to statefulset spec are forbidden", kind)
    had, asked = (o.get("spec", {}).get("clusterIP") for o in (before, after))
    if kind == "Service" and had and asked not in (None, had):
        message = f'spec.clusterIPs[0]: Invalid value: ["{asked}"]: may not change once set'
        raise api_error(422, message, kind)
    if sum(1 for o in after["metadata"].get("ownerReferences", []) if o.get("controller")) > 1:
        raise api_error(422, "Only one reference can have Controller set to true", kind)
