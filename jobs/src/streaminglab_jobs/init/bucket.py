"""The bucket and how long it keeps points."""

import logging
from typing import NamedTuple

from influxdb_client import (
    Bucket as Found,
)
from influxdb_client import (
    BucketRetentionRules,
    InfluxDBClient,
    PostBucketRequest,
)

from streaminglab_base.errors import JobError
from streaminglab_jobs.config import InitConfig
from streaminglab_jobs.influx.answers import NOT_FOUND, UNPROCESSABLE, Refused

HOUR, DAY = 3600, 86_400
HALF_A_YEAR = 180 * DAY
log = logging.getLogger(__name__)


class Bucket(NamedTuple):
    """Identities that the other steps need."""

    id: str
    org_id: str


def ensure(client: InfluxDBClient, settings: InitConfig, name: str = "") -> tuple[Bucket, str]:
    """Find or make the lab's bucket, or another one, and set its retention; return it and, in
    words, what was done."""
    name, wanted = name or settings.influx.bucket, settings.bucket_retention_seconds
    rules = retention_rules(wanted)
    try:
        found = _find(client, name)
        if found is None:
            org_id = _org(client, settings.influx.org)
            body = PostBucketRequest(org_id, name, rp=None, retention_rules=rules)
            made = client.buckets_api().create_bucket(body)
            return Bucket(made.id, org_id), f"bucket {name!r} made"
        # The bucket tells its organisation's id, so that no right to read organisations is needed.
        bucket = Bucket(found.id, found.org_id)
        if _retention(found) == wanted:
            return bucket, f"bucket {name!r} is as wanted"
        found.retention_rules = rules
        client.buckets_api().update_bucket(found)
        kept = f"{wanted} s" if wanted else "for ever"
        return bucket, f"bucket {name!r} now keeps points {kept}"
    except Refused as error:
        if error.status == UNPROCESSABLE:
            raise JobError(
                f"bucketRetentionSeconds: InfluxDB refuses {wanted} for bucket {name!r}: {error}"
            ) from error
        raise


def retention_rules(seconds: int) -> list[BucketRetentionRules]:
    """The API's spelling of a retention; 0 keeps points for ever.

    InfluxDB refuses a retention that is shorter than the bucket's shards, and does not shorten them
    by itself. So the shards get the length that a new bucket would have (tenant/service_bucket.go
    leaves that to v1/services/meta/data.go, shardGroupDuration).
    """
    if not seconds:
        return [BucketRetentionRules("expire", 0, 7 * DAY)]
    shard = HOUR if seconds < 2 * DAY else DAY if seconds <= HALF_A_YEAR else 7 * DAY
    return [BucketRetentionRules("expire", seconds, shard)]


def _org(client: InfluxDBClient, name: str) -> str:
    try:
        found = client.organizations_api().find_organizations(org=name)
    except Refused as error:
        if error.status != NOT_FOUND:
            raise
        found = []
    if not found:
        raise JobError(f"InfluxDB has no organisation {name!r} for this token")
    return str(found[0].id)


def _find(client: InfluxDBClient, name: str) -> Found | None:
    try:
        found = client.buckets_api().find_buckets(name=name).buckets
    except Refused as error:
        if error.status == NOT_FOUND:
            return None
        raise
    return found[0] if found else None


def _retention(bucket: Found) -> int:
    return max((int(r.every_seconds) for r in bucket.retention_rules), default=0)
