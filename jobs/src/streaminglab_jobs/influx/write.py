"""Writing line protocol, and asking what landed when the answer was lost."""

from collections.abc import Callable, Sequence
from typing import Any

from streaminglab_base.errors import JobError
from streaminglab_base.retry import Patience
from streaminglab_jobs.config import Influx
from streaminglab_jobs.influx.answers import NOT_FOUND, Refused
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.points import Point, escape_measurement, to_line

Send = Callable[[bytes], None]
"""Writes lines once. Raises Unavailable for "unknown whether they landed", JobError for "no"."""


class LineWriter:
    """Lines to one bucket by influxdb-client's write API, which is loaded at the first of them.

    Batches as bytes: the library makes lines of its own points far slower (docs/decisions/0019).
    """

    def __init__(self, influx: Influx, token: str, timeout: float = 30.0) -> None:
        self._influx = influx
        self._token = token
        self._timeout = timeout
        self._api: Any = None

    def __call__(self, lines: bytes) -> None:
        """Write once. Raises as :data:`Send` says."""
        api = self._ready()
        api.write(self._influx.bucket, self._influx.org, lines, write_precision="ns")

    def _ready(self) -> Any:
        if self._api is None:
            # The library is loaded by our own module, which must come first.
            from streaminglab_jobs.influx.client import connect  # noqa: PLC0415, I001
            from influxdb_client.client.write_api import SYNCHRONOUS  # noqa: PLC0415

            client = connect(self._influx.url, self._token, self._timeout)
            self._api = client.write_api(write_options=SYNCHRONOUS)
        return self._api


class InfluxWriter:
    """Writes points of one measurement, each at most once."""

    def __init__(self, send: Send, where: Influx, measurement: str, query: InfluxQuery) -> None:
        self._send = send
        self._where = where
        self._raw_measurement = measurement
        self._measurement = escape_measurement(measurement)
        self._query = query

    def write_lines(self, lines: str) -> None:
        """Write once. Unavailable means "unknown whether it landed"."""
        org, bucket = self._where.org, self._where.bucket
        try:
            self._send(lines.encode())
        except Refused as error:
            if error.status == NOT_FOUND:
                raise JobError(
                    f"InfluxDB has no bucket {bucket!r} in organisation {org!r} "
                    f"for this token ({error})"
                ) from error
            raise

    def write(self, points: Sequence[Point], patience: Patience) -> int:
        """Write ``points`` (in order of time); return how many were sent, counting each once.

        A write that is sent again although it had landed would change nothing in InfluxDB, but
        its replication would carry the points to Telegraf twice. So before every further try it
        asks which of them are there.
        """
        left = list(points)
        tries = 0

        def attempt() -> None:
            nonlocal left, tries
            if tries:
                left = self.missing(left)
            tries += 1
            if left:
                self.write_lines("\n".join(to_line(self._measurement, p) for p in left))

        patience.insist("InfluxDB to take points", attempt)
        return len(points)

    def missing(self, points: Sequence[Point]) -> list[Point]:
        """Those of ``points`` that InfluxDB does not hold, in the same order."""
        if not points:
            return []
        first = min(p.time for p in points)
        last = max(p.time for p in points)
        held = {
            (row.station, row.time)
            for row in self._query.rows(self._raw_measurement, first - 1, last)
            if row.point is not None
        }
        return [p for p in points if (p.station, p.time) not in held]
