"""InfluxDB's HTTP API (v2), as far as first set-up needs it.

The operator, and no pod of the lab, does the set-up: InfluxDB draws token texts itself, so who
makes the tokens must also be able to write a Secret, and pods of a lab have no right to.

A lab's InfluxDB is in the hands of its student: see :mod:`adapters.http`. What it says is masked
and cut here, because an impostor can answer with the token that it was sent.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from streaminglab_operator.adapters.http import Budget, LabHttp
from streaminglab_operator.errors import InfluxDBError, NoAnswer, NotInInfluxDB
from streaminglab_operator.masking import masker
from streaminglab_operator.ports import Endpoint, Setup

MAX_TOKEN = 1024
"""Of a token or an id; InfluxDB's own have 88 and 16 characters."""

# A token with all permissions is 9 KiB long in the list of all tokens.
_BUDGET = Budget(10, 2**19)
_REFUSED, _NOT_FOUND = 300, 404
_MALFORMED = (AttributeError, LookupError, TypeError, ValueError)
_ADMIN = (
    "buckets",
    "checks",
    "notificationEndpoints",
    "notificationRules",
    "remotes",
    "replications",
    "tasks",
    "labels",
)


class InfluxDBClient:
    """Set-up and scoped tokens over HTTP."""

    def __init__(self, http: LabHttp) -> None:
        self._http = http

    async def is_new(self, at: Endpoint) -> bool:
        """True if this InfluxDB was never set up."""
        return bool((await self._call("GET", at, "/api/v2/setup")).get("allowed"))

    async def set_up(self, setup: Setup) -> None:
        """User, organisation, bucket and operator token, in one call."""
        body = {
            "username": setup.username,
            "password": setup.password,
            "org": setup.org,
            "bucket": setup.bucket,
            "retentionPeriodSeconds": setup.retention_seconds,
            "token": setup.admin_token,
        }
        secrets = (setup.password, setup.admin_token)
        await self._call("POST", setup.at, "/api/v2/setup", secrets, json=body)

    async def tokens(self, setup: Setup, lab: str) -> Mapping[str, str]:
        """One token for each client, each with the least it needs.

        ``inject`` may read too, because it asks what has landed before it writes again;
        ``verify`` may write, because it replays points that a topic has lost. ``reader`` is for
        people, and for every service that only shows what is there.
        """
        try:
            return await self._tokens(setup, lab)
        except _MALFORMED as error:
            raise InfluxDBError("InfluxDB lists its tokens in another form") from error

    async def _tokens(self, setup: Setup, lab: str) -> dict[str, str]:
        org = await self._id(setup, "/api/v2/orgs", "orgs", {"org": setup.org})
        bucket = await self._id(
            setup, "/api/v2/buckets", "buckets", {"name": setup.bucket, "orgID": org}
        )
        reader = [*_bucket(org, bucket, "read"), *_see_alerts(org)]
        wanted = {
            "influxdb-init-token": _init_permissions(org),
            "influxdb-inject-token": _bucket(org, bucket, "read", "write"),
            "influxdb-producer-token": _bucket(org, bucket, "read"),
            "influxdb-reader-token": reader,
            "influxdb-verify-token": [*_bucket(org, bucket, "read", "write"), _see_queue(org)],
        }
        said = dict.fromkeys(wanted, "")
        if setup.metrics_bucket:
            metrics = await self._metrics_bucket(setup, org)
            wanted["influxdb-metrics-token"] = _bucket(org, metrics, "write")
            # What a token may do is settled when it is made (InfluxDB's API reference, v2,
            # Authorizations): one that was made before there were metrics is another one.
            reader += _bucket(org, metrics, "read")
            said["influxdb-reader-token"] = ", with metrics"
        existing = await self._asked(setup, "GET", "/api/v2/authorizations", params={"orgID": org})
        known = {a["description"]: a for a in existing.get("authorizations", [])}
        tokens = {}
        for name, permissions in wanted.items():
            description = f"{lab}: {name}{said.get(name, '')}"
            found = known.get(description)
            if found is None or not found.get("token"):
                body = {"orgID": org, "description": description, "permissions": permissions}
                found = await self._asked(setup, "POST", "/api/v2/authorizations", json=body)
            tokens[name] = _word(found["token"])
        return tokens

    async def _metrics_bucket(self, setup: Setup, org: str) -> str:
        """Its id; made if it is not there. How long it keeps points is a matter of the Job init."""
        name = {"name": setup.metrics_bucket, "orgID": org}
        found = await self._asked(setup, "GET", "/api/v2/buckets", absent=True, params=name)
        if found.get("buckets"):
            return _word(found["buckets"][0]["id"])
        rule = {"type": "expire", "everySeconds": setup.retention_seconds}
        body = {**name, "retentionRules": [rule] if setup.retention_seconds else []}
        return _word((await self._asked(setup, "POST", "/api/v2/buckets", json=body))["id"])

    async def set_password(self, setup: Setup) -> None:
        """Of the user that the operator token belongs to, whatever he is called by now. Not by
        ``/api/v2/me/password``, which wants a session (InfluxDB's API reference, v2, Users)."""
        found = await self._asked(setup, "GET", "/api/v2/me")
        try:
            user = quote(_word(found["id"]), safe="")
        except _MALFORMED as error:
            raise InfluxDBError("InfluxDB describes its user in another form") from error
        path = f"/api/v2/users/{user}/password"
        await self._asked(setup, "POST", path, json={"password": setup.password})

    async def revoke(self, setup: Setup, labs: Sequence[str]) -> None:
        """Delete the tokens whose descriptions begin with one of these words and a colon."""
        try:
            await self._revoke(setup, tuple(f"{lab}: " for lab in labs))
        except _MALFORMED as error:
            raise InfluxDBError("InfluxDB lists its tokens in another form") from error

    async def _revoke(self, setup: Setup, begins: tuple[str, ...]) -> None:
        org = await self._id(setup, "/api/v2/orgs", "orgs", {"org": setup.org})
        path = "/api/v2/authorizations"
        found = await self._asked(setup, "GET", path, params={"orgID": org})
        for each in found.get("authorizations", []):
            if each["description"].startswith(begins):
                await self._asked(setup, "DELETE", f"{path}/{quote(_word(each['id']), safe='')}")

    async def _id(self, setup: Setup, path: str, key: str, params: Mapping[str, str]) -> str:
        found = (await self._asked(setup, "GET", path, params=params))[key]
        if not found:
            raise InfluxDBError(f"InfluxDB has no {key[:-1]} {setup.org}/{setup.bucket}")
        return _word(found[0]["id"])

    async def _asked(
        self, setup: Setup, method: str, path: str, *, absent: bool = False, **request: Any
    ) -> dict[str, Any]:
        """A call with the operator token. ``absent``: that there is none is an answer, too."""
        headers = {"Authorization": f"Token {setup.admin_token}"}
        secrets = (setup.admin_token, setup.password)
        try:
            return await self._call(method, setup.at, path, secrets, headers=headers, **request)
        except NotInInfluxDB:
            if absent:
                return {}
            raise

    async def _call(
        self, method: str, at: Endpoint, path: str, secrets: Sequence[str] = (), **request: Any
    ) -> dict[str, Any]:
        try:
            answer = await self._http.call(method, at, path, _BUDGET, **request)
        except NoAnswer as error:
            raise InfluxDBError(f"InfluxDB at {at.url} does not answer: {error}") from error
        if answer.status >= _REFUSED:
            said = masker(secrets).line(answer.message)
            words = f"InfluxDB: {method} {path}: {answer.status} {said}".rstrip()
            raise NotInInfluxDB(words) if answer.status == _NOT_FOUND else InfluxDBError(words)
        if answer.malformed:
            raise InfluxDBError(f"InfluxDB at {at.url} does not answer {path} in JSON")
        return answer.body if isinstance(answer.body, dict) else {}


def _word(found: Any) -> str:
    """A token or an id, as InfluxDB makes them: it goes into a Secret, or into the next call."""
    if not isinstance(found, str) or not 0 < len(found) <= MAX_TOKEN or not found.isprintable():
        raise ValueError("no token, and no id")
    return found


def _bucket(org: str, bucket: str, *actions: str) -> list[dict[str, Any]]:
    resource = {"type": "buckets", "id": bucket, "orgID": org}
    return [{"action": action, "resource": resource} for action in actions]


def _see_queue(org: str) -> dict[str, Any]:
    """Let verify see whether the queue is empty, so that it repeats no point too early."""
    return {"action": "read", "resource": {"type": "replications", "orgID": org}}


def _see_alerts(org: str) -> list[dict[str, Any]]:
    """Let people see the checks, and what they found: that is in the bucket `_monitoring`, which
    InfluxDB makes with the organisation, and shows to who may read the organisation."""
    kinds = ({"type": "checks", "orgID": org}, {"type": "orgs", "id": org})
    return [{"action": "read", "resource": kind} for kind in kinds]


def _init_permissions(org: str) -> list[dict[str, Any]]:
    return [
        {"action": action, "resource": {"type": kind, "orgID": org}}
        for kind in _ADMIN
        for action in ("read", "write")
    ]
