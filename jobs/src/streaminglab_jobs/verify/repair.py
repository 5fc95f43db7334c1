"""Bringing points to Telegraf's topic that were lost between InfluxDB and Telegraf.

Telegraf answers InfluxDB before Kafka has the points, so a Telegraf that is killed loses what it
held; InfluxDB writes points before it queues them for the replication, so an InfluxDB that is
killed can leave some out. Writing the same point into InfluxDB again changes nothing there and
makes the replication carry it once more. Done too early it would come twice: so not before the
queue is empty, the other places are whole (so Kafka works) and the topic has been silent for long.

A queue that is not empty may also be asleep: after a restart InfluxDB sends nothing until the next
write to the bucket, and after failures it waits up to 15 minutes (influxdb v2.7.12,
replications/internal/queue_management.go, run; replications/remotewrite/writer.go, backoff).
Any write wakes it: so a poke, a point of a measurement that Telegraf does not pass on.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from streaminglab_jobs.errors import Unavailable
from streaminglab_jobs.influx.http import InfluxHttp, Refused
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.influx.write import InfluxWriter
from streaminglab_jobs.points import Point, escape_measurement, to_line
from streaminglab_jobs.verify.tally import digest

POKE_MEASUREMENT = "streaminglab_poke"
POKE_AFTER = 1.0
POKE_EVERY = 2.0
STABLE = 20.0
"""Seconds of silence before a replay. Telegraf holds points for as long as Kafka does not take
them, and nobody can look into its memory from here: a broker that was lost has held it up for ten
seconds and more, and what is sent again then comes twice, for good."""
STABLE_UNSEEN = 30.0
"""The same when the token may not look at the queue."""
BATCH = 500
MOST = 20_000
"""Points that one replay sends; the next one follows when they have arrived."""
log = logging.getLogger(__name__)


class Repair:
    """Pokes a sleeping queue; replays points that are truly lost."""

    def __init__(
        self, http: InfluxHttp, query: InfluxQuery, writer: InfluxWriter, measurement: str
    ) -> None:
        self._http = http
        self._query = query
        self._writer = writer
        self._measurement = measurement
        self._quiet_since = time.monotonic()
        self._poked = 0.0
        self._unsettled = time.monotonic()
        self._seen = -1
        self.bucket: dict[str, Any] | None = None
        self.replayed = 0

    def step(self, seen: int, find_missing: Callable[[], set[int]], settled: bool = True) -> None:
        """Called at every poll: ``seen`` records so far; missing points are asked for if quiet.

        ``settled`` false: the topics were not read to their ends, or Kafka has not taken yet what
        the producer carries; silence counts for nothing then.
        """
        now = time.monotonic()
        if seen != self._seen:
            self._seen, self._quiet_since = seen, now
        if not settled:
            self._unsettled = now
        quiet = now - self._quiet_since
        if quiet < POKE_AFTER:
            return
        missing = find_missing()
        if not missing:
            return
        waiting = self.queued_bytes()
        if waiting != 0 and now - self._poked >= POKE_EVERY:
            self._poked = now
            self._poke()
        calm = now - max(self._quiet_since, self._unsettled)
        if calm >= (STABLE_UNSEEN if waiting is None else STABLE) and not waiting:
            self._replay(missing)
            self._quiet_since = time.monotonic()

    def queued_bytes(self) -> int | None:
        """Bytes that the bucket's replications have still to send; None when not allowed to see."""
        if self.bucket is None:
            return None
        try:
            answer = self._http.call(
                "GET", "/api/v2/replications", {"orgID": str(self.bucket["orgID"])}
            )
        except Refused:
            return None
        ours = [r for r in answer["replications"] if r["localBucketID"] == self.bucket["id"]]
        return sum(r["remainingBytesToBeSynced"] for r in ours) if ours else None

    def _poke(self) -> None:
        now = time.time_ns()
        self._writer.write_lines(f"{POKE_MEASUREMENT},by=verify count=1i {now}")

    def _replay(self, missing: set[int]) -> None:
        batch: list[Point] = []
        for row in self._query.rows(self._measurement, -1, None):
            if row.point is not None and digest(row.point) in missing:
                batch.append(row.point)
        batch.sort(key=lambda p: p.time)
        name = escape_measurement(self._measurement)
        for first in range(0, len(batch), BATCH):
            lines = [to_line(name, p) for p in batch[first : first + BATCH]]
            self._writer.write_lines("\n".join(lines))
            self.replayed += len(lines)
        log.info(f"sent {len(batch)} points to Telegraf again that never reached its topic")


def find_bucket(http: InfluxHttp, name: str) -> dict[str, Any] | None:
    """The bucket's own record (id, orgID, retentionRules); None when the token may not see it."""
    try:
        found = http.call("GET", "/api/v2/buckets", {"name": name})["buckets"]
    except Refused:
        return None
    except (KeyError, TypeError) as error:
        raise Unavailable(
            "InfluxDB gave an answer about its buckets that makes no sense"
        ) from error
    return found[0] if found else None
