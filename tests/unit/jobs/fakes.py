"""An InfluxDB in memory that speaks just enough HTTP, and a topic in memory."""

import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from streaminglab_base.errors import Unavailable
from streaminglab_jobs.config import Influx
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.points import FIELDS, Point, to_producer_json

HERE = Influx(url="http://influxdb:8086", org="myorg", bucket="weather")
Fields = dict[str, float]


class Killed(BaseException):
    """The process under test was killed (SIGKILL): nothing of it goes on."""


class FakeInflux(InfluxHttp):
    """Stores points; keeps every line it was ever sent, as a replication would carry them."""

    def __init__(self) -> None:
        self.url = "http://influxdb:8086"
        self.store: dict[str, dict[tuple[str, int], Fields]] = defaultdict(dict)
        self.carried: list[tuple[str, str, int]] = []
        self.before_write: Callable[[], None] = lambda: None
        self.after_write: Callable[[], None] = lambda: None
        self.lands: Callable[[int], int] = lambda lines: lines
        self.writes = 0

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "text/plain; charset=utf-8",
    ) -> Iterator[Any]:
        assert query is not None
        if path == "/query":
            yield io.BytesIO(json.dumps({"results": [self._answer(query["q"])]}).encode() + b"\n")
        else:
            raise AssertionError(path)

    def send(self, body: bytes) -> None:
        """What influx.write.Send promises."""
        self._write(body.decode())

    def _write(self, text: str) -> None:
        self.writes += 1
        self.before_write()
        lines = text.split("\n")
        for line in lines[: self.lands(len(lines))]:
            measurement, station, time, fields = parse_line(line)
            self.put(measurement, station, time, fields)
            self.carried.append((measurement, station, time))
        self.after_write()

    def put(self, measurement: str, station: str, time: int, fields: Fields) -> None:
        """Store fields as a write would (a later write adds to the same point)."""
        self.store[measurement].setdefault((station, time), {}).update(fields)

    def put_point(self, point: Point) -> None:
        self.put("weather", point.station, point.time, dict(zip(FIELDS, point[2:], strict=True)))

    def points(self, measurement: str = "weather") -> list[Point]:
        """All whole points, in order of time."""
        found = [
            Point(station, time, *(fields[f] for f in FIELDS))
            for (station, time), fields in self.store[measurement].items()
            if all(f in fields for f in FIELDS)
        ]
        return sorted(found, key=lambda p: (p.time, p.station))

    def _answer(self, statement: str) -> dict[str, Any]:
        measurement = _one(r'FROM "([^"]+)"', statement)
        after = int(_one(r"time > (-?\d+)", statement, "-1"))
        upto = int(_one(r"time <= (\d+)", statement, str(1 << 62)))
        tag = _one(r'"(?:station|run)" = \'', statement, "")
        wanted = re.findall(r'"(?:station|run)" = \'([^\']+)\'', statement)
        assert bool(tag) == bool(wanted)
        rows: dict[str, list[list[Any]]] = defaultdict(list)
        for (station, time), fields in sorted(self.store[measurement].items()):
            if after < time <= upto and (not wanted or station in wanted):
                rows[station].append([time, fields])
        selected = re.findall(r'"(\w+)"', statement.split(" FROM ", maxsplit=1)[0])
        series = []
        for station, found in rows.items():
            values = [[t, *(f.get(s) for s in selected)] for t, f in found]
            if "last(" in statement:
                values = [v for v in values if v[1] is not None][-1:]
            if "first(" in statement:
                values = [v for v in values if v[1] is not None][:1]
            values = [v for v in values if any(x is not None for x in v[1:])]
            if values:
                series.append({"tags": {"station": station}, "values": values})
        return {"statement_id": 0, "series": series} if series else {"statement_id": 0}


def _one(pattern: str, text: str, default: str | None = None) -> str:
    found = re.search(pattern, text)
    if found is None:
        assert default is not None, f"{pattern} is not in {text}"
        return default
    return found.group(1) if found.groups() else found.group(0)


def parse_line(line: str) -> tuple[str, str, int, Fields]:
    """Read line protocol: (measurement, value of the only tag, time, fields)."""
    head, fields, time = re.split(r"(?<!\\) ", line)
    measurement, tag = re.split(r"(?<!\\),", head)
    _, value = re.split(r"(?<!\\)=", tag)
    parsed = dict(part.split("=") for part in fields.split(","))
    numbers = {k: int(v[:-1]) if v.endswith("i") else float(v) for k, v in parsed.items()}
    return _plain(measurement), _plain(value), int(time), numbers


def _plain(text: str) -> str:
    return re.sub(r"\\([,= ])", r"\1", text)


def fail_once(error: BaseException | None = None) -> Callable[[], None]:
    """A hook that raises the first time it is called."""
    errors = [error or Unavailable("the connection broke")]

    def hook() -> None:
        if errors:
            raise errors.pop()

    return hook


class FakeTopic:
    """Partitions as lists of records; a station's partition is given by ``home``."""

    def __init__(self, partitions: int, home: Callable[[str, int], int]) -> None:
        self.partitions: list[list[Point]] = [[] for _ in range(partitions)]
        self._home = home
        self.kill_in: int | None = None

    def grow(self, partitions: int) -> None:
        while len(self.partitions) < partitions:
            self.partitions.append([])

    def append(self, point: Point) -> None:
        if self.kill_in is not None:
            if self.kill_in == 0:
                raise Killed
            self.kill_in -= 1
        assert to_producer_json(point)
        self.partitions[self._home(point.station, len(self.partitions))].append(point)

    def read(self, partition: int, first: int, end: int) -> list[Point]:
        return self.partitions[partition][first:end]

    def records(self) -> list[Point]:
        return [p for partition in self.partitions for p in partition]
