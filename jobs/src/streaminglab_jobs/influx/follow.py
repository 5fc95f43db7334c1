"""Following a measurement: which points are new, handed on in order, each once.

The newest time per station is all the state there is. The producer takes it from the topic at its
start; it moves with every point handed on; when the process dies, the topic tells the next one.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from streaminglab_jobs.influx.query import Row
from streaminglab_jobs.points import SECOND, Point

HOUR = 3600 * SECOND
FAR = 60 * SECOND
PATIENCE_POLLS = 40
"""A point that still misses fields after so many polls is passed over."""
log = logging.getLogger(__name__)


class Source(Protocol):
    """What of InfluxDB is needed here: influx.query.InfluxQuery has it."""

    def last_times(
        self, measurement: str, after: int = 0, upto: int | None = None
    ) -> dict[str, int]:
        """Newest time of each station."""

    def rows(
        self, measurement: str, after: int, upto: int | None, stations: list[str] | None = None
    ) -> Iterator[Row]:
        """Rows with ``after < time <= upto``, per station in order of time."""


class Follower:
    """Hands on what is new, once per poll.

    ``now`` (ns): no point of a later time is handed on before its time has come. Somebody's own
    point of the future would otherwise hide all that its station measures until then.
    """

    def __init__(
        self,
        source: Source,
        measurement: str,
        newest: Mapping[str, int],
        hand_on: Callable[[Point], None],
        now: Callable[[], int] | None = None,
    ) -> None:
        self._now = now
        self._source = source
        self._measurement = measurement
        self._newest = dict(newest)
        self._hand_on = hand_on
        self._horizon = 0
        self._waits: dict[tuple[str, int], int] = {}
        self.total = 0

    def poll(self) -> int:
        """Hand on all whole points that are new; return how many. Raises what its ends raise.

        A station is read from its own newest time on, so one that appears late, or was silent
        for days, misses nothing and does not make the others' queries long.
        """
        now = self._now() if self._now else None
        last = self._source.last_times(self._measurement, upto=now)
        behind = {
            s: self._newest.get(s, -1) for s, t in last.items() if t > self._newest.get(s, -1)
        }
        upto = self._upto(last.values())
        upto = upto if now is None else min(upto, now)
        before = self.total
        for stations, after in groups(behind):
            if after < upto:
                names = None if len(stations) == len(last) else stations
                self._follow(self._source.rows(self._measurement, after, upto, names))
        return self.total - before

    def _upto(self, times: Iterable[int]) -> int:
        """Read up to the end of the hour in which the newest point of the *previous* poll lies.

        A write is in InfluxDB at once or not at all, per shard. One that crosses the border of
        two shards (a whole hour) can for a moment be seen in the newer only; going on from there
        would lose the older half. So a new hour is entered one poll after it was first seen.
        """
        seen = max(times, default=0)
        upto = self._horizon if self._horizon else _end_of_hour(seen)
        self._horizon = max(self._horizon, _end_of_hour(seen))
        return upto

    def _follow(self, rows: Iterable[Row]) -> None:
        stuck: set[str] = set()
        for row in rows:
            station, time, point = row
            if time <= self._newest.get(station, -1) or station in stuck:
                continue
            if point is not None:
                self._hand_on(point)
                self._newest[station] = time
                self.total += 1
                if self._waits:
                    self._waits.pop((station, time), None)
            elif self._still_waiting(station, time):
                stuck.add(station)

    def _still_waiting(self, station: str, time: int) -> bool:
        """Whether to wait for the missing fields: later points must not overtake this one."""
        key = (station, time)
        waited = self._waits.get(key, 0) + 1
        if waited < PATIENCE_POLLS:
            self._waits[key] = waited
            return True
        self._waits.pop(key, None)
        self._newest[station] = time
        log.warning(f"passed over a point of {station} at {time}: it misses a field")
        return False


def groups(behind: Mapping[str, int]) -> Iterator[tuple[list[str], int]]:
    """Put stations with nearby newest times into one query: (stations, read after)."""
    group: list[str] = []
    after = 0
    for station, newest in sorted(behind.items(), key=lambda item: item[1]):
        if group and newest - after > FAR:
            yield group, after
            group = []
        if not group:
            after = newest
        group.append(station)
    if group:
        yield group, after


def _end_of_hour(time: int) -> int:
    return time - time % HOUR + HOUR - 1
