"""Reading points by InfluxQL.

InfluxQL, not Flux: it hands out one row a point with all fields side by side, where Flux answers
one row a field (or pivots, slowly). JSON, not CSV: in CSV InfluxDB 2.7 drops a statement's error
silently and a cut answer looks whole (influxql/query/response_writer.go, csvFormatter). A bucket
is its own database name for InfluxQL (dbrp/service.go, virtual mappings).
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from streaminglab_base.errors import JobError, Unavailable
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.points import FIELDS, Point

ROWS_PER_CHUNK = 10_000
_FIELD_LIST = ", ".join(f'"{f}"' for f in FIELDS)
_NO_DATABASE = ("database not found", "dbrp not found", "no dbrp mapping", "bucket not found")


class NoBucket(JobError):
    """The bucket does not exist (yet), or the token may not see it."""


class Row(NamedTuple):
    """A row of the measurement: a whole point, or one that misses a field (``point`` None)."""

    station: str
    time: int
    point: Point | None


class InfluxQuery:
    """Queries on one bucket."""

    def __init__(self, http: InfluxHttp, bucket: str) -> None:
        self._http = http
        self._bucket = bucket

    def series(self, statement: str) -> Iterator[dict[str, Any]]:
        """Run one statement; yield its series ({"tags", "columns", "values"}) chunk by chunk."""
        parameters = {
            "db": self._bucket,
            "epoch": "ns",
            "chunked": "true",
            "chunk_size": str(ROWS_PER_CHUNK),
            "q": statement,
        }
        with self._http.stream("POST", "/query", parameters) as response:
            for line in response:
                if line.strip():
                    yield from self._results(json.loads(line))

    def _results(self, answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for result in (answer, *answer.get("results", ())):
            error = result.get("error")
            if error is None:
                yield from result.get("series", ())
            elif any(said in error.lower() for said in _NO_DATABASE):
                raise NoBucket(f"InfluxDB has no bucket {self._bucket!r} for this token: {error}")
            else:
                raise Unavailable(f"InfluxDB stopped answering a query: {error}")

    def rows(
        self, measurement: str, after: int, upto: int | None, stations: list[str] | None = None
    ) -> Iterator[Row]:
        """Yield the rows with ``after < time <= upto``, per station in order of time."""
        where = [f"time > {after}"] + ([] if upto is None else [f"time <= {upto}"])
        if stations:
            where.append("(" + " OR ".join(f'"station" = {_text(s)}' for s in stations) + ")")
        # Every name and text in it is quoted by _name and _text.
        statement = (
            f"SELECT {_FIELD_LIST} FROM {_name(measurement)} "  # noqa: S608
            f'WHERE {" AND ".join(where)} GROUP BY "station"'
        )
        for series in self.series(statement):
            station = series["tags"]["station"]
            for row in series["values"] if station else ():
                yield Row(station, row[0], _whole(station, row))

    def last_times(
        self, measurement: str, after: int = 0, upto: int | None = None
    ) -> dict[str, int]:
        """Each station's time of its newest point (by its temperature): one cheap look-up."""
        return self._times("last", measurement, after, upto)

    def first_times(self, measurement: str) -> dict[str, int]:
        """Each station's time of its oldest point that is still there."""
        return self._times("first", measurement, 0, None)

    def _times(self, which: str, measurement: str, after: int, upto: int | None) -> dict[str, int]:
        until = "" if upto is None else f" AND time <= {upto}"
        statement = (
            f'SELECT {which}("{FIELDS[0]}") FROM {_name(measurement)} '  # noqa: S608
            f'WHERE time > {after}{until} GROUP BY "station"'
        )
        found = {s["tags"]["station"]: s["values"][0][0] for s in self.series(statement)}
        found.pop("", None)
        return found


def _whole(station: str, row: list[Any]) -> Point | None:
    time, temperature, humidity, pressure, wind = row
    if temperature is None or humidity is None or pressure is None or wind is None:
        return None
    try:
        return Point(
            station, time, float(temperature), float(humidity), float(pressure), float(wind)
        )
    except ValueError:
        return None


def _name(identifier: str) -> str:
    escaped = identifier.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"
