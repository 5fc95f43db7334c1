"""What was seen in one place, as digests: 16 bytes a point, whatever its size.

A digest is Python's own 64-bit hash of the tuple, keyed anew in each process (the station is a
string), so nobody can prepare two points that collide. For a million points the chance that any
two collide by accident is about one in thirty million.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from streaminglab_jobs.points import Point

SLICE = 100_000
"""Comparisons build sets of about so many points at a time: 20 MB, whatever the total."""


class Window(NamedTuple):
    """Times that are compared: ``low <= time <= high`` (nanoseconds since 1970).

    ``since`` says in words what ``low`` is; ``expired``: points of the injection may be so old that
    InfluxDB has deleted them. ``due``: how many points of the newest injection are in it, where
    that is known.
    """

    low: int
    high: int
    since: str = ""
    expired: bool = False
    due: int | None = None


Mine = Callable[[str, int], bool]
"""Whether a point of that station and time (ns) is one that the lab injected."""


def everything(_station: str, _time: int) -> bool:
    """Where it is not known what was injected."""
    return True


class Difference(NamedTuple):
    """How a topic differs from InfluxDB, counted in points.

    ``edited``: records with the station and time of a point that the topic holds too, and other
    values: somebody's copies, and no fault.
    """

    missing: int
    unexpected: int
    differing: int
    duplicates: int
    edited: int = 0

    @property
    def lacks_nothing(self) -> bool:
        """Whether all points are there and no others, be it several times."""
        return self.missing == self.unexpected == 0


NOTHING = Difference(0, 0, 0, 0)


def digest(point: Point) -> int:
    """64 bits for the whole point."""
    return hash(point)


class Tally:
    """The points seen in one place: InfluxDB or a topic.

    Those that are not ``mine`` are counted as ``own``, the students' own, and not compared; of an
    age that is not compared, as ``stale``: what a lost InfluxDB left in a topic is of that kind.
    """

    def __init__(self, window: Window, mine: Mine = everything) -> None:
        self._low, self._high = window.low, window.high
        self._mine = mine
        self._points = array("q")
        self._keys = array("q")
        self._sum = 0
        self._newest: defaultdict[int, dict[str, int]] = defaultdict(dict)
        self.own = 0
        self.stale = 0
        self.older = 0
        self.newer = 0
        self.out_of_order = 0

    def __len__(self) -> int:
        return len(self._points)

    def add(self, point: Point, partition: int = 0) -> None:
        """Count a point; one outside the window is not compared.

        Order is what Kafka keeps: that of a station within a partition.
        """
        station, time = point[0], point[1]
        if not self._mine(station, time):
            if time < self._low:
                self.stale += 1
            else:
                self.own += 1
            return
        if time < self._low:
            self.older += 1
            return
        if time > self._high:
            self.newer += 1
            return
        value = hash(point)
        self._points.append(value)
        self._keys.append(hash((station, time)))
        self._sum += value
        newest = self._newest[partition]
        if time < newest.get(station, time):
            self.out_of_order += 1
        else:
            newest[station] = time

    def same_as(self, other: "Tally") -> bool:
        """Whether both hold the same points equally often: equal counts and sums of digests.

        Costs nothing, so it can be asked at every poll.
        """
        return len(self) == len(other) and self._sum == other._sum

    def missing_in(self, other: "Tally", most: int) -> set[int]:
        """Digests of points that are here and not in ``other``: all, or ``most`` of them."""
        found: set[int] = set()
        for mine, theirs in self._slices(other):
            found.update(islice(mine.keys() - theirs.keys(), most - len(found)))
            if len(found) >= most:
                break
        return found

    def difference(self, topic: "Tally") -> Difference:
        """Compare as sets, with this one (InfluxDB) as the truth.

        InfluxDB has no point twice. A point whose time and station are in both with other values
        counts as missing and as unexpected, and as ``differing`` besides; where the topic has
        the point as well, as ``edited`` alone.
        """
        if self.same_as(topic):
            return NOTHING
        missing = unexpected = differing = distinct = 0
        edited: set[int] = set()
        for mine, theirs in self._slices(topic):
            absent = mine.keys() - theirs.keys()
            extra = theirs.keys() - mine.keys()
            missing += len(absent)
            distinct += len(theirs)
            if extra:
                keys = {mine[d] for d in absent}
                differing += len(keys & {theirs[d] for d in extra})
                present = {mine[d] for d in mine.keys() - absent} - keys
                beside = {d for d in extra if theirs[d] in present}
                unexpected += len(extra) - len(beside)
                edited |= beside
        copies = sum(d in edited for d in topic._points) if edited else 0
        twice = len(topic) - distinct - copies + len(edited)
        return Difference(missing, unexpected, differing, twice, copies)

    def _slices(self, other: "Tally") -> Iterator[tuple[dict[int, int], dict[int, int]]]:
        """Both as {digest: key}, in parts cut by the key, so that few are built at a time."""
        count = 1 + max(len(self), len(other)) // SLICE
        for part in range(count):
            yield self._part(part, count), other._part(part, count)

    def _part(self, part: int, count: int) -> dict[int, int]:
        pairs = zip(self._points, self._keys, strict=True)
        if count == 1:
            return dict(pairs)
        return {digest: key for digest, key in pairs if key % count == part}
