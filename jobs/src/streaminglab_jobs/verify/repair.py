"""Bringing points to Telegraf's topic that were lost between InfluxDB and Telegraf.

Telegraf answers InfluxDB before Kafka has the points, so a Telegraf that is killed loses what it
held; InfluxDB writes points before it queues them for the replication, so an InfluxDB that is
killed can leave some out. Writing the same point into InfluxDB again changes nothing there and
makes the replication carry it once more. Done too early it would come twice, for good. So a point
counts as lost only when every place where it could still be was seen empty after the one before:
the replication's queue, then Telegraf's buffer, then what the topic's partitions hold unread.

A queue that is not empty may also be asleep: after a restart InfluxDB sends nothing until the next
write to the bucket, and after failures it waits up to 15 minutes (influxdb v2.7.12,
replications/internal/queue_management.go, run; replications/remotewrite/writer.go, backoff).
Any write wakes it: so a poke, a point of a measurement that Telegraf does not pass on.
"""

import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from streaminglab_base.clock import Clock
from streaminglab_base.errors import Unavailable
from streaminglab_jobs.influx.answers import Refused
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.influx.write import InfluxWriter
from streaminglab_jobs.points import Point, escape_measurement, to_line
from streaminglab_jobs.verify.digests import digest
from streaminglab_jobs.verify.telegraf import TelegrafBuffer

POKE_MEASUREMENT = "streaminglab_poke"
POKE_AFTER = 1.0
POKE_EVERY = 2.0
FRESH = 3.0
"""Seconds after which an answer of Telegraf surely tells of the time after the question before it:
its buffer is looked at every 0.3 s, told 0.25 s later, and not vouched for longer than 1 s."""
STABLE = 20.0
"""Seconds of silence before a replay when Telegraf cannot be asked. It holds points for as long as
Kafka does not take them: a broker that was lost has held it up for ten seconds and more."""
STABLE_UNSEEN = 30.0
"""The same when the token may not look at the queue."""
FLOWING = 5.0
BATCH = 500
MOST = 20_000
"""Points that one replay sends; the next one follows when they have arrived."""
log = logging.getLogger(__name__)


class Look(NamedTuple):
    """What a poll saw of Telegraf's topic.

    - ``seen``: records so far that are compared; ``newer``: records after the window so far
    - ``settled``: false when the topics were not read to their ends, or Kafka has not taken yet
      what the producer carries; silence counts for nothing then
    - ``missing()``: digests of points that are not there
    - ``ends()``: how far the partitions reach now, asked from the brokers; ``reached(ends)``:
      whether all before was read
    """

    seen: int
    settled: bool
    missing: Callable[[], set[int]]
    ends: Callable[[], dict[int, int]]
    reached: Callable[[dict[int, int]], bool]
    newer: int = 0


class Repair:
    """Pokes a sleeping queue; replays points that are truly lost."""

    def __init__(
        self,
        http: InfluxHttp,
        query: InfluxQuery,
        writer: InfluxWriter,
        measurement: str,
        *,
        clock: Clock,
        buffer: TelegrafBuffer | None = None,
    ) -> None:
        self._http = http
        self._query = query
        self._writer = writer
        self._measurement = measurement
        self._clock = clock
        self._buffer = buffer
        self._poked = 0.0
        self._seen = -1
        self._newer = (-1, 0.0)
        self._restart()
        self.bucket: dict[str, Any] | None = None
        self.replayed = 0

    def _restart(self) -> None:
        """Something moved: what was seen empty before proves nothing any more."""
        self._calm_since = self._clock.monotonic()
        self._drained: float | None = None
        self._ends: dict[int, int] | None = None

    def step(self, look: Look) -> None:
        """Called at every poll."""
        now = self._clock.monotonic()
        if look.newer != self._newer[0]:
            self._newer = (look.newer, now)
        if look.seen != self._seen or not look.settled:
            self._seen = look.seen
            self._restart()
        if now - self._calm_since < POKE_AFTER:
            return
        missing = look.missing()
        if not missing:
            return
        waiting = self.queued_bytes()
        if waiting != 0 and now - self._poked >= POKE_EVERY:
            self._poked = now
            self._poke()
        if not waiting and self._lost(look, can_see_queue=waiting is not None):
            self._replay(missing)
            self._restart()

    def _lost(self, look: Look, *, can_see_queue: bool) -> bool:
        """Whether what is missing can be nowhere on its way any more."""
        if self._ends is not None and can_see_queue:
            return look.reached(self._ends)
        asked = self._clock.monotonic()
        holds = self._buffer.holds() if self._buffer else None
        calm = asked - self._calm_since
        if not can_see_queue:
            return calm >= STABLE_UNSEEN and not holds
        if self._drained is None:
            self._drained = asked
        if holds is False and asked - self._drained >= FRESH:
            self._ends = look.ends()
            return False
        if holds:
            # In an endless injection newer points may always be on their way: while they pass, no
            # older one is held up.
            return calm >= STABLE and self._flowing(asked)
        return holds is None and calm >= STABLE

    def _flowing(self, now: float) -> bool:
        count, changed = self._newer
        return count > 0 and now - changed < FLOWING

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
        now = self._clock.time_ns()
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
