"""The stream of every write to the bucket on to Telegraf's influxdb_v2_listener.

To InfluxDB, Telegraf is a remote InfluxDB: the same path (/api/v2/write), the same answer (204).
InfluxDB never asks whether it is one: creating a replication checks nothing (only
``?validate=true`` does: replications/transport/http.go). The token is not given back by the API,
so it is set anew each time.
"""

import logging
from typing import Any

from influxdb_client import (
    InfluxDBClient,
    RemoteConnectionCreationRequest,
    RemoteConnectionsService,
    RemoteConnectionUpdateRequest,
    ReplicationCreationRequest,
    ReplicationsService,
    ReplicationUpdateRequest,
)

from streaminglab_jobs.config import Replication
from streaminglab_jobs.influx.client import listed
from streaminglab_jobs.init.bucket import Bucket

MADE_BY = "made by streaminglab init"
QUEUE_BYTES = 256 * 1024 * 1024
"""How much may wait on InfluxDB's disk while Telegraf is away (gzip: about 10 million points)."""
MAX_AGE_SECONDS = 7 * 24 * 3600
log = logging.getLogger(__name__)


class Streams:
    """The remotes and replications of one bucket, by the client's generated services."""

    def __init__(self, client: InfluxDBClient, bucket: Bucket) -> None:
        self._bucket = bucket
        self._remotes = RemoteConnectionsService(client.api_client)
        self._replications = ReplicationsService(client.api_client)

    def put(self, bucket_name: str, wanted: Replication, token: str) -> str:
        """Make or change the remote and the replication; return in words what was done."""
        settings: dict[str, Any] = {
            "name": wanted.name,
            "description": MADE_BY,
            "remote_id": self._remote(wanted, token),
            "remote_bucket_name": bucket_name,
            "max_queue_size_bytes": QUEUE_BYTES,
            "max_age_seconds": MAX_AGE_SECONDS,
            # False: an answer 400 is tried again, never dropped.
            "drop_non_retryable_data": False,
        }
        found = _named(self._list_replications(), wanted.name)
        if found is not None and found["localBucketID"] == self._bucket.id:
            self._replications.patch_replication_by_id(
                found["id"], ReplicationUpdateRequest(**settings)
            )
            return f"replication {wanted.name!r} to {wanted.url} is as wanted"
        if found is not None:
            self._replications.delete_replication_by_id(found["id"])
        self._replications.post_replication(
            ReplicationCreationRequest(
                **settings, org_id=self._bucket.org_id, local_bucket_id=self._bucket.id
            )
        )
        return f"replication {wanted.name!r} to {wanted.url} made"

    def remove_others(self, keep: str | None) -> int:
        """Remove ours of this bucket but ``keep``; return how many."""
        others = [
            r
            for r in self._list_replications()
            if r.get("description") == MADE_BY
            and r["localBucketID"] == self._bucket.id
            and r["name"] != keep
        ]
        for other in others:
            self._replications.delete_replication_by_id(other["id"])
            self._remotes.delete_remote_connection_by_id(other["remoteID"])
        return len(others)

    def _remote(self, wanted: Replication, token: str) -> str:
        settings: dict[str, Any] = {
            "name": wanted.name,
            "description": MADE_BY,
            "remote_url": wanted.url,
            "remote_api_token": token,
            "allow_insecure_tls": False,
        }
        remotes = self._remotes.get_remote_connections(self._bucket.org_id, _preload_content=False)
        found = _named(listed(remotes, "remotes"), wanted.name)
        if found is None:
            made = self._remotes.post_remote_connection(
                RemoteConnectionCreationRequest(**settings, org_id=self._bucket.org_id)
            )
            return str(made.id)
        self._remotes.patch_remote_connection_by_id(
            found["id"], RemoteConnectionUpdateRequest(**settings)
        )
        return str(found["id"])

    def _list_replications(self) -> list[dict[str, Any]]:
        answer = self._replications.get_replications(self._bucket.org_id, _preload_content=False)
        return listed(answer, "replications")


def ensure(
    client: InfluxDBClient,
    bucket: Bucket,
    bucket_name: str,
    wanted: Replication | None,
    token: str,
) -> str:
    """Make or change the remote and the replication; remove one of ours that is not wanted."""
    streams = Streams(client, bucket)
    removed = streams.remove_others(wanted.name if wanted else None)
    if wanted is None:
        return "no replication wanted" + (f", {removed} removed" if removed else "")
    return streams.put(bucket_name, wanted, token)


def _named(found: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    return next((r for r in found if r["name"] == name), None)
