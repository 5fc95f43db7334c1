"""What was seen in one place, as digests: 16 bytes a point, whatever its size.

A digest is Python's own 64-bit hash of the tuple, keyed anew in each process (the station is a
string), so nobody can prepare two points that collide. For a million points the chance that any
two collide by accident is about one in thirty million.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from streaminglab_jobs.points import Point

SLICE = 500_000
"""Sets are built for about so many points at a time, so that a comparison stays small."""


class Window(NamedTuple):
    """Times that are compared: ``low <= time <= high`` (nanoseconds since 1970)."""

    low: int
    high: int


class Difference(NamedTuple):
    """How a topic differs from InfluxDB, counted in points."""

    missing: int
    unexpected: int
    differing: int
    duplicates: int


NOTHING = Difference(0, 0, 0, 0)


def digest(point: Point) -> int:
    """64 bits for the whole point."""
    return hash(point)


class Tally:
    """The points seen in one place: InfluxDB or a topic."""

    def __init__(self, window: Window) -> None:
        self._low, self._high = window
        self._points = array("q")
        self._keys = array("q")
        self._sum = 0
        self._newest: defaultdict[int, dict[str, int]] = defaultdict(dict)
        self.outside = 0
        self.out_of_order = 0

    def __len__(self) -> int:
        return len(self._points)

    def add(self, point: Point, partition: int = 0) -> None:
        """Count a point; one outside the window is not compared.

        Order is what Kafka keeps: that of a station within a partition.
        """
        station, time = point[0], point[1]
        if not self._low <= time <= self._high:
            self.outside += 1
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

    def missing_in(self, other: "Tally") -> set[int]:
        """Digests of the points that are here and not in ``other``."""
        found: set[int] = set()
        for mine, theirs in zip(
            _slices(self._points, len(self)), _slices(other._points, len(self)), strict=True
        ):
            found |= mine - theirs
        return found

    def difference(self, topic: "Tally") -> Difference:
        """Compare as sets, with this one (InfluxDB) as the truth.

        A point whose time and station are in both with other values counts as missing and as
        unexpected, and as ``differing`` besides.
        """
        if self.same_as(topic):
            return NOTHING._replace(duplicates=topic.duplicates())
        missing = self.missing_in(topic)
        unexpected = topic.missing_in(self)
        keys_missing = {k for d, k in zip(self._points, self._keys, strict=True) if d in missing}
        keys_unexpected = {
            k for d, k in zip(topic._points, topic._keys, strict=True) if d in unexpected
        }
        return Difference(
            len(missing),
            len(unexpected),
            len(keys_missing & keys_unexpected),
            topic.duplicates(),
        )

    def duplicates(self) -> int:
        """How many points were seen before."""
        return len(self) - sum(len(s) for s in _slices(self._points, len(self)))


def _slices(digests: "array[int]", total: int) -> Iterator[set[int]]:
    """The digests as sets, cut by value; two tallies cut with the same total cut alike."""
    count = 1 + total // SLICE
    for part in range(count):
        yield {d for d in digests if d % count == part} if count > 1 else set(digests)
