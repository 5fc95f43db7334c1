"""The Kubernetes API as one lab needs it (implements :class:`ports.Cluster`)."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import orjson
import structlog

from streaminglab_operator.adapters.api import JSON, METADATA_ONLY, Api
from streaminglab_operator.adapters.kinds import (
    BY_KIND,
    CLAIMS,
    EVENTS,
    LIMIT_RANGES,
    SECRETS,
    Resource,
)
from streaminglab_operator.api import LAB
from streaminglab_operator.errors import ApiError, Conflict, NotFound
from streaminglab_operator.names import FIELD_MANAGER, GROUP, LabKey
from streaminglab_operator.observed import Culprit, Observed
from streaminglab_operator.observed.objects import observed
from streaminglab_operator.observed.refusals import refusal
from streaminglab_operator.ports import (
    LONGEST_MESSAGE,
    OPAQUE,
    EventToPublish,
    ObjectToApply,
    StoredSecret,
    VolumeChange,
)
from streaminglab_operator.schema.kinds import Kind

log = structlog.get_logger()

MOST_LIMIT_RANGES = 16
MOST_EVENTS = 50
_APPLY = "application/apply-patch+yaml"
_MERGE = "application/merge-patch+json"
_JSON_PATCH = "application/json-patch+json"
_STRATEGIC = "application/strategic-merge-patch+json"
_HAVE_CLAIMS = ("StatefulSet", "Pod", LAB.kind)
"""What a claim goes with: a lab, or what the StatefulSet controller lets it go with (KEP-1847:
whenDeleted, whenScaled)."""
_NUDGE = f"{GROUP}/tried-again-at"
_REJECTED = "the server rejected our request due to an error in"
"""What is said of a JSON patch of which a test failed, or a path is not there."""
_OF_ANOTHER_UID = ("metadata.uid: ", _REJECTED)
_NO_VERSION = "1"
"""The version of etcd before its first write: no object has it, and to make one needs none."""


class KubernetesCluster:
    """Server-side apply, deletes, secrets, status and events over one :class:`Api`.

    ``kind``: the kind whose status is written and whose Events are made.
    """

    def __init__(self, api: Api, kind: Kind[Any, Any] = LAB) -> None:
        self._api = api
        self._kind = kind
        self._served = Resource.of(kind)

    async def apply(self, item: ObjectToApply) -> Observed:
        """Server-side apply with force: our fields are ours, other managers' fields stay.

        Force would take over whatever has the name, and the operator may not look first. So each
        request says what it is about, and the API server refuses it where that is not so: the uid
        of the object that is ours, or a version that no stored object has, and then only what is
        not there yet can be made (docs/decisions/0026; held against a real API server in
        tests/component/api).
        """
        body = orjson.loads(item.body)
        body["metadata"] |= {"uid": item.uid} if item.uid else {"resourceVersion": _NO_VERSION}
        with _conflict_of_uids():
            raw = await self._api.request(
                "PATCH",
                BY_KIND[item.kind].path(item.namespace, item.name),
                params={"fieldManager": FIELD_MANAGER, "force": "true"},
                body=body,
                content_type=_APPLY,
                accept=METADATA_ONLY,
            )
        return observed(item.kind, raw)

    async def delete(self, item: Observed, namespace: str) -> None:
        """Delete exactly the object that was seen, and its pods with it."""
        conditions = {"uid": item.uid}
        if item.kind == CLAIMS.kind:
            conditions["resourceVersion"] = str(item.resource_version)
        body = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "preconditions": conditions,
            "propagationPolicy": "Background",
        }
        try:
            path = BY_KIND[item.kind].path(namespace, item.name)
            await self._api.request("DELETE", path, body=body)
        except (NotFound, Conflict):
            # Gone already, or a new object of the same name: not ours to delete.
            return

    async def volume_goes(self, namespace: str, name: str, lab: str) -> bool:
        """Its metadata says it; a claim that is kept (``retainData``) has no owner."""
        try:
            raw = await self._api.request("GET", CLAIMS.path(namespace, name), accept=METADATA_ONLY)
        except NotFound:
            return False
        metadata = raw["metadata"]
        owners = metadata.get("ownerReferences") or ()
        if any(o["uid"] == lab for o in owners):
            return "deletionTimestamp" in metadata
        return "deletionTimestamp" in metadata or any(o["kind"] in _HAVE_CLAIMS for o in owners)

    async def change_volume(self, namespace: str, item: Observed, change: VolumeChange) -> None:
        """A strategic merge patch, which tells owners apart by their uid (Kubernetes API,
        ``ObjectMeta``), so that those of others stay."""
        metadata: dict[str, Any] = {"resourceVersion": str(item.resource_version)}
        owners: list[Mapping[str, Any]] = [{"$patch": "delete", "uid": u} for u in change.leave]
        owners += [change.join] if change.join else []
        if owners:
            metadata["ownerReferences"] = owners
        body: dict[str, Any] = {"metadata": metadata}
        if change.size:
            body["spec"] = {"resources": {"requests": {"storage": change.size}}}
        await self._api.request(
            "PATCH",
            CLAIMS.path(namespace, item.name),
            params={"fieldManager": FIELD_MANAGER},
            body=body,
            content_type=_STRATEGIC,
            accept=METADATA_ONLY,
        )

    async def read_secret(self, namespace: str, name: str) -> StoredSecret | None:
        """A Secret with its values decoded, or None if there is none."""
        try:
            raw = await self._api.request("GET", SECRETS.path(namespace, name))
        except NotFound:
            return None
        # Of Secrets that students make a value may be a key store, and no text.
        decoded = {k: base64.b64decode(v) for k, v in (raw.get("data") or {}).items()}
        metadata = raw["metadata"]
        return StoredSecret(
            values={k: v.decode(errors="replace") for k, v in decoded.items()},
            owners=frozenset(owner["uid"] for owner in metadata.get("ownerReferences", [])),
            labels=metadata.get("labels", {}),
            annotations=metadata.get("annotations", {}),
            version=metadata.get("resourceVersion", ""),
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
        """Make a Secret: all of its values in one request, so that it is never half of itself."""
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": kind,
            "metadata": {"name": name, "namespace": namespace, **metadata},
            "data": _encoded(values),
        }
        raw = await self._api.request(
            "POST",
            SECRETS.path(namespace),
            params={"fieldManager": FIELD_MANAGER},
            body=body,
            accept=METADATA_ONLY,
        )
        return _version(raw)

    async def patch_secret(
        self,
        namespace: str,
        name: str,
        values: Mapping[str, str | None],
        metadata: Mapping[str, Any],
        version: str,
    ) -> str:
        """A merge patch that names the version that was read: the API server refuses it (409) when
        somebody has written since, or when another Secret has the name by now."""
        raw = await self._api.request(
            "PATCH",
            SECRETS.path(namespace, name),
            params={"fieldManager": FIELD_MANAGER},
            body={"metadata": {**metadata, "resourceVersion": version}, "data": _encoded(values)},
            content_type=_MERGE,
            accept=METADATA_ONLY,
        )
        return _version(raw)

    async def patch_status(
        self, key: LabKey, uid: str, fields: Mapping[str, Any], *, first: bool = False
    ) -> bool:
        """Write these fields of the status of this very lab; False if it is gone, or made again.

        A JSON patch (RFC 6902), because it can test the uid first: of a custom resource's status
        the API server ignores the metadata in every other kind of patch. It names each field, so
        that whatever another writer says meanwhile in one of its own stays
        (docs/decisions/0074). Where there is no status yet it has to be made first, and where
        there is one that must not happen: the other form of the patch is tried where one fails.
        """
        forms = (_made(fields), _edited(fields))
        for form in forms if first else reversed(forms):
            try:
                await self._patch_status(key, [_is(uid), *form])
            except NotFound:
                return False
            except ApiError as error:
                if not _is_rejected(error):
                    raise
            else:
                return True
        return False

    async def _patch_status(self, key: LabKey, edits: Sequence[Mapping[str, Any]]) -> None:
        await self._api.request(
            "PATCH",
            self._served.path(key.namespace, key.name) + "/status",
            params={"fieldManager": FIELD_MANAGER},
            body=edits,
            content_type=_JSON_PATCH,
            accept=METADATA_ONLY,
        )

    async def publish(self, key: LabKey, uid: str, event: EventToPublish) -> None:
        """Make an Event that ``kubectl describe slab`` shows; a failure is only logged."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"generateName": f"{key.name}-", "namespace": key.namespace},
            "involvedObject": {
                **self._kind.reference(key.name, uid),
                "namespace": key.namespace,
            },
            "reason": event.reason,
            "message": event.message[:LONGEST_MESSAGE],
            "type": event.type,
            "source": {"component": FIELD_MANAGER},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
        try:
            await self._api.request("POST", EVENTS.path(key.namespace), body=body, accept=JSON)
        except ApiError as error:
            log.info("event not published", lab=str(key), reason=event.reason, error=str(error))

    async def why_not_created(self, namespace: str, item: Observed) -> Culprit | None:
        """Controllers say only by an Event that a quota or a policy refuses their pods."""
        selector = (
            f"involvedObject.kind={item.kind},involvedObject.name={item.name},reason=FailedCreate"
        )
        params = {"fieldSelector": selector}
        events = await self._first(EVENTS.path(namespace), params, MOST_EVENTS)
        mine = [e for e in events if e["involvedObject"].get("uid") == item.uid]
        if not mine:
            return None
        newest = max(mine, key=lambda e: e.get("lastTimestamp") or e.get("eventTime") or "")
        return refusal(str(newest.get("message", "")))

    async def limit_ranges(self, namespace: str) -> Sequence[Mapping[str, Any]]:
        """The first of them only: no namespace needs more, and each may be as large as etcd takes.

        An operator that may not read them goes on as if there were none: where one refuses a pod,
        the API server's own words say so.
        """
        try:
            return await self._first(LIMIT_RANGES.path(namespace), {}, MOST_LIMIT_RANGES)
        except ApiError as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            log.warning("may not read LimitRanges", namespace=namespace)
            return ()

    async def _first(
        self, path: str, params: Mapping[str, str], most: int
    ) -> Sequence[Mapping[str, Any]]:
        """The first objects of a list, as many as one page has: fewer where they are large."""
        async with aclosing(self._api.pages(path, params, JSON, most)) as pages:
            items: list[Mapping[str, Any]] = (await anext(pages))["items"]
        return items

    async def nudge(self, namespace: str, item: Observed, stamp: str) -> None:
        """Touch an annotation: the controller then tries again now, not after its back-off."""
        metadata = {
            "uid": item.uid,
            "resourceVersion": str(item.resource_version),
            "annotations": {_NUDGE: stamp},
        }
        with _conflict_of_uids():
            await self._api.request(
                "PATCH",
                BY_KIND[item.kind].path(namespace, item.name),
                params={"fieldManager": f"{FIELD_MANAGER}-nudge"},
                body={"metadata": metadata},
                content_type=_MERGE,
                accept=METADATA_ONLY,
            )


def _is_rejected(error: ApiError) -> bool:
    """Whether a JSON patch does not fit what is there. Every other refusal is about what it says,
    or about others who write too, and no reason to take a lab for gone."""
    return error.status == HTTPStatus.UNPROCESSABLE_ENTITY and _REJECTED in error.message


def _is(uid: str) -> Mapping[str, Any]:
    return {"op": "test", "path": "/metadata/uid", "value": uid}


def _made(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A status where there is none: to the API server what is not there equals null."""
    status = {name: value for name, value in fields.items() if value is not None}
    return [
        {"op": "test", "path": "/status", "value": None},
        {"op": "add", "path": "/status", "value": status},
    ]


def _edited(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Field by field. What is taken away is put there before: only what is there can be removed."""
    edits: list[Mapping[str, Any]] = []
    for name, value in fields.items():
        path = f"/status/{name}"
        edits.append({"op": "add", "path": path, "value": "" if value is None else value})
        if value is None:
            edits.append({"op": "remove", "path": path})
    return edits


@contextmanager
def _conflict_of_uids() -> Iterator[None]:
    """A patch that names the uid of another object than the one that is there is told as a change
    of an immutable field, or as a test that failed (422): it means what 409 means."""
    try:
        yield
    except ApiError as error:
        another = any(words in error.message for words in _OF_ANOTHER_UID)
        if error.status == HTTPStatus.UNPROCESSABLE_ENTITY and another:
            raise Conflict(HTTPStatus.CONFLICT, error.message, error.what) from error
        raise


def _encoded(values: Mapping[str, str | None]) -> dict[str, str | None]:
    """Bytes that are no text are surrogates, as :func:`os.fsdecode` writes them."""
    return {key: None if value is None else _base64(value) for key, value in values.items()}


def _base64(value: str) -> str:
    return base64.b64encode(value.encode(errors="surrogateescape")).decode()


def _version(raw: Mapping[str, Any]) -> str:
    return str(raw.get("metadata", {}).get("resourceVersion", ""))
