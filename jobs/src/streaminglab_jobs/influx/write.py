"""Writing line protocol, and asking what landed when the answer was lost."""

from collections.abc import Sequence

from streaminglab_base.errors import JobError
from streaminglab_base.retry import Patience
from streaminglab_jobs.influx.http import InfluxHttp, Refused
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.points import Point, escape_measurement, to_line

NOT_FOUND = 404


class InfluxWriter:
    """Writes points of one measurement, each at most once."""

    def __init__(
        self, http: InfluxHttp, org: str, bucket: str, measurement: str, query: InfluxQuery
    ) -> None:
        self._http = http
        self._target = {"org": org, "bucket": bucket, "precision": "ns"}
        self._raw_measurement = measurement
        self._measurement = escape_measurement(measurement)
        self._query = query

    def write_lines(self, lines: str) -> None:
        """Write once. Unavailable means "unknown whether it landed"."""
        try:
            with self._http.stream("POST", "/api/v2/write", self._target, lines.encode()) as answer:
                answer.read()
        except Refused as error:
            if error.status == NOT_FOUND:
                raise JobError(
                    f"InfluxDB has no bucket {self._target['bucket']!r} in organisation "
                    f"{self._target['org']!r} for this token ({error})"
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
