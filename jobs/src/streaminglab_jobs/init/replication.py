"""The stream of every write to the bucket on to Telegraf's influxdb_v2_listener.

To InfluxDB, Telegraf is a remote InfluxDB: the same path (/api/v2/write), the same answer (204).
InfluxDB never asks whether it is one: creating a replication checks nothing (only
``?validate=true`` does: replications/transport/http.go). The token is not given back by the API,
so it is set anew each time.
"""

import logging
from typing import Any

from streaminglab_jobs.config import Replication
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.init.bucket import Bucket

MADE_BY = "made by streaminglab init"
QUEUE_BYTES = 256 * 1024 * 1024
"""How much may wait on InfluxDB's disk while Telegraf is away (gzip: about 10 million points)."""
MAX_AGE_SECONDS = 7 * 24 * 3600
log = logging.getLogger(__name__)


def ensure(
    http: InfluxHttp, bucket: Bucket, bucket_name: str, wanted: Replication | None, token: str
) -> str:
    """Make or change the remote and the replication; remove one of ours that is not wanted."""
    removed = _remove_others(http, bucket, wanted.name if wanted else None)
    if wanted is None:
        return "no replication wanted" + (f", {removed} removed" if removed else "")
    remote_id = _remote(http, bucket, wanted, token)
    settings = {
        "name": wanted.name,
        "description": MADE_BY,
        "remoteID": remote_id,
        "remoteBucketName": bucket_name,
        "maxQueueSizeBytes": QUEUE_BYTES,
        "maxAgeSeconds": MAX_AGE_SECONDS,
        # False: an answer 400 is tried again, never dropped.
        "dropNonRetryableData": False,
    }
    found = _find(http, "replications", bucket, wanted.name)
    if found is None or found["localBucketID"] != bucket.id:
        if found is not None:
            http.call("DELETE", f"/api/v2/replications/{found['id']}")
        body = {**settings, "orgID": bucket.org_id, "localBucketID": bucket.id}
        http.call("POST", "/api/v2/replications", body=body)
        return f"replication {wanted.name!r} to {wanted.url} made"
    http.call("PATCH", f"/api/v2/replications/{found['id']}", body=settings)
    return f"replication {wanted.name!r} to {wanted.url} is as wanted"


def _remote(http: InfluxHttp, bucket: Bucket, wanted: Replication, token: str) -> str:
    settings = {
        "name": wanted.name,
        "description": MADE_BY,
        "remoteURL": wanted.url,
        "remoteAPIToken": token,
        "allowInsecureTLS": False,
    }
    found = _find(http, "remotes", bucket, wanted.name)
    if found is None:
        made = http.call("POST", "/api/v2/remotes", body={**settings, "orgID": bucket.org_id})
        return str(made["id"])
    http.call("PATCH", f"/api/v2/remotes/{found['id']}", body=settings)
    return str(found["id"])


def _remove_others(http: InfluxHttp, bucket: Bucket, keep: str | None) -> int:
    others = [
        r
        for r in _list(http, "replications", bucket)
        if r.get("description") == MADE_BY and r["localBucketID"] == bucket.id and r["name"] != keep
    ]
    for other in others:
        http.call("DELETE", f"/api/v2/replications/{other['id']}")
        http.call("DELETE", f"/api/v2/remotes/{other['remoteID']}")
    return len(others)


def _find(http: InfluxHttp, kind: str, bucket: Bucket, name: str) -> dict[str, Any] | None:
    return next((r for r in _list(http, kind, bucket) if r["name"] == name), None)


def _list(http: InfluxHttp, kind: str, bucket: Bucket) -> list[dict[str, Any]]:
    return http.call("GET", f"/api/v2/{kind}", {"orgID": bucket.org_id})[kind] or []
