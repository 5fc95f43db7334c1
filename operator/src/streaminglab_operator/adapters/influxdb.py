"""InfluxDB's HTTP API (v2), as far as first set-up needs it.

The operator, and no pod of the lab, does the set-up: InfluxDB draws token texts itself, so who
makes the tokens must also be able to write a Secret, and pods of a lab have no right to.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp

from streaminglab_operator.errors import InfluxDBError
from streaminglab_operator.ports import Setup

_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
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

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def is_new(self, url: str) -> bool:
        """True if this InfluxDB was never set up."""
        return bool((await self._call("GET", url, "/api/v2/setup")).get("allowed"))

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
        await self._call("POST", setup.url, "/api/v2/setup", body=body)

    async def tokens(self, setup: Setup, lab: str) -> Mapping[str, str]:
        """One token for each client, each with the least it needs.

        ``inject`` may read too, because it asks what has landed before it writes again;
        ``verify`` may write, because it replays points that a topic has lost. ``reader`` is for
        people, and for every service that only shows what is there.
        """
        org = await self._id(setup, "/api/v2/orgs", "orgs", {"org": setup.org})
        bucket = await self._id(
            setup, "/api/v2/buckets", "buckets", {"name": setup.bucket, "orgID": org}
        )
        wanted = {
            "influxdb-init-token": _init_permissions(org),
            "influxdb-inject-token": _bucket(org, bucket, "read", "write"),
            "influxdb-producer-token": _bucket(org, bucket, "read"),
            "influxdb-reader-token": _bucket(org, bucket, "read"),
            "influxdb-verify-token": [*_bucket(org, bucket, "read", "write"), _see_queue(org)],
        }
        existing = await self._call(
            "GET", setup.url, "/api/v2/authorizations", setup.admin_token, params={"orgID": org}
        )
        known = {a["description"]: a for a in existing.get("authorizations", [])}
        tokens = {}
        for name, permissions in wanted.items():
            description = f"{lab}: {name}"
            found = known.get(description)
            if found is None or not found.get("token"):
                body = {"orgID": org, "description": description, "permissions": permissions}
                found = await self._call(
                    "POST", setup.url, "/api/v2/authorizations", setup.admin_token, body=body
                )
            tokens[name] = str(found["token"])
        return tokens

    async def _id(self, setup: Setup, path: str, key: str, params: Mapping[str, str]) -> str:
        found = (await self._call("GET", setup.url, path, setup.admin_token, params=params))[key]
        if not found:
            raise InfluxDBError(f"InfluxDB has no {key[:-1]} {setup.org}/{setup.bucket}")
        return str(found[0]["id"])

    async def _call(
        self,
        method: str,
        url: str,
        path: str,
        token: str = "",
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Token {token}"} if token else {}
        try:
            async with self._session.request(
                method, url + path, params=params, json=body, headers=headers, timeout=_TIMEOUT
            ) as response:
                answer = await response.json(content_type=None)
                if response.status >= 400:  # noqa: PLR2004 (HTTP)
                    text = answer.get("message", "") if isinstance(answer, dict) else ""
                    raise InfluxDBError(f"InfluxDB: {method} {path}: {response.status} {text}")
                return answer if isinstance(answer, dict) else {}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise InfluxDBError(
                f"InfluxDB at {url} does not answer: {type(error).__name__}"
            ) from error


def _bucket(org: str, bucket: str, *actions: str) -> list[dict[str, Any]]:
    resource = {"type": "buckets", "id": bucket, "orgID": org}
    return [{"action": action, "resource": resource} for action in actions]


def _see_queue(org: str) -> dict[str, Any]:
    """Let verify see whether the queue is empty, so that it repeats no point too early."""
    return {"action": "read", "resource": {"type": "replications", "orgID": org}}


def _init_permissions(org: str) -> list[dict[str, Any]]:
    return [
        {"action": action, "resource": {"type": kind, "orgID": org}}
        for kind in _ADMIN
        for action in ("read", "write")
    ]
