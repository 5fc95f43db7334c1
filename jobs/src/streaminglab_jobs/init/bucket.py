"""The bucket and how long it keeps points."""

import logging
from typing import Any, NamedTuple

from streaminglab_base.errors import JobError
from streaminglab_jobs.config import InitConfig
from streaminglab_jobs.influx.http import InfluxHttp, Refused

NOT_FOUND, UNPROCESSABLE = 404, 422
HOUR, DAY = 3600, 86_400
HALF_A_YEAR = 180 * DAY
log = logging.getLogger(__name__)


class Bucket(NamedTuple):
    """Identities that the other steps need."""

    id: str
    org_id: str


def ensure(http: InfluxHttp, settings: InitConfig) -> tuple[Bucket, str]:
    """Find or make the bucket, set its retention; return it and, in words, what was done."""
    name, wanted = settings.influx.bucket, settings.bucket_retention_seconds
    rules = retention_rules(wanted)
    try:
        found = _find(http, name)
        if found is None:
            org_id = _org(http, settings.influx.org)
            body = {"orgID": org_id, "name": name, "retentionRules": rules}
            made = http.call("POST", "/api/v2/buckets", body=body)
            return Bucket(made["id"], org_id), f"bucket {name!r} made"
        # The bucket tells its organisation's id, so that no right to read organisations is needed.
        bucket = Bucket(found["id"], found["orgID"])
        if _retention(found) == wanted:
            return bucket, f"bucket {name!r} is as wanted"
        http.call("PATCH", f"/api/v2/buckets/{bucket.id}", body={"retentionRules": rules})
        kept = f"{wanted} s" if wanted else "for ever"
        return bucket, f"bucket {name!r} now keeps points {kept}"
    except Refused as error:
        if error.status == UNPROCESSABLE:
            raise JobError(
                f"bucketRetentionSeconds: InfluxDB refuses {wanted} for bucket {name!r}: {error}"
            ) from error
        raise


def retention_rules(seconds: int) -> list[dict[str, Any]]:
    """The API's spelling of a retention; 0 keeps points for ever.

    InfluxDB refuses a retention that is shorter than the bucket's shards, and does not shorten them
    by itself. So the shards get the length that a new bucket would have (tenant/service_bucket.go
    leaves that to v1/services/meta/data.go, shardGroupDuration).
    """
    if not seconds:
        return [{"type": "expire", "everySeconds": 0, "shardGroupDurationSeconds": 7 * DAY}]
    shard = HOUR if seconds < 2 * DAY else DAY if seconds <= HALF_A_YEAR else 7 * DAY
    return [{"type": "expire", "everySeconds": seconds, "shardGroupDurationSeconds": shard}]


def _org(http: InfluxHttp, name: str) -> str:
    try:
        found = http.call("GET", "/api/v2/orgs", {"org": name})["orgs"]
    except Refused as error:
        if error.status != NOT_FOUND:
            raise
        found = []
    if not found:
        raise JobError(f"InfluxDB has no organisation {name!r} for this token")
    return str(found[0]["id"])


def _find(http: InfluxHttp, name: str) -> dict[str, Any] | None:
    try:
        found = http.call("GET", "/api/v2/buckets", {"name": name})["buckets"]
    except Refused as error:
        if error.status == NOT_FOUND:
            return None
        raise
    return found[0] if found else None


def _retention(bucket: dict[str, Any]) -> int:
    return max((int(r["everySeconds"]) for r in bucket.get("retentionRules") or ()), default=0)
