"""Points as digests, 16 bytes each whatever their size, and how two collections of them differ.

A digest is Python's own 64-bit hash of the tuple, keyed anew in each process (the station is a
string), so nobody can prepare two points that collide. For a million points the chance that any
two collide by accident is about one in thirty million.
"""

from array import array
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from streaminglab_jobs.points import Point

SLICE = 100_000
"""Comparisons build sets of about so many points at a time: 20 MB, whatever the total."""


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

    def plus(self, other: "Difference") -> "Difference":
        """The difference of two parts together."""
        return Difference(*(a + b for a, b in zip(self, other, strict=True)))


NOTHING = Difference(0, 0, 0, 0)


def digest(point: Point) -> int:
    """64 bits for the whole point."""
    return hash(point)


class Digests:
    """Digests of points, each with the digest of its station and time (its key)."""

    def __init__(self) -> None:
        self.points = array("q")
        self.keys = array("q")

    def __len__(self) -> int:
        return len(self.points)

    def add(self, point: int, key: int) -> None:
        """One more."""
        self.points.append(point)
        self.keys.append(key)

    def part(self, part: int, count: int) -> dict[int, int]:
        """Of ``count`` parts, cut by the key, one as {digest: key}."""
        pairs = zip(self.points, self.keys, strict=True)
        if count == 1:
            return dict(pairs)
        return {point: key for point, key in pairs if key % count == part}


def missing(influx: Digests, topic: Digests, most: int) -> set[int]:
    """Digests of points of InfluxDB that the topic has not: all, or ``most`` of them."""
    found: set[int] = set()
    for mine, theirs in _slices(influx, topic):
        found.update(islice(mine.keys() - theirs.keys(), most - len(found)))
        if len(found) >= most:
            break
    return found


def difference(influx: Digests, topic: Digests) -> Difference:
    """Compare as sets, with InfluxDB, which has no point twice, as the truth.

    A point whose time and station are in both with other values counts as missing and as
    unexpected, and as ``differing`` besides; where the topic has the point as well, as ``edited``
    alone.
    """
    absentees = strangers = differing = distinct = 0
    edited: set[int] = set()
    for mine, theirs in _slices(influx, topic):
        absent = mine.keys() - theirs.keys()
        extra = theirs.keys() - mine.keys()
        absentees += len(absent)
        distinct += len(theirs)
        if extra:
            keys = {mine[d] for d in absent}
            differing += len(keys & {theirs[d] for d in extra})
            present = {mine[d] for d in mine.keys() - absent} - keys
            beside = {d for d in extra if theirs[d] in present}
            strangers += len(extra) - len(beside)
            edited |= beside
    copies = sum(d in edited for d in topic.points) if edited else 0
    twice = len(topic) - distinct - copies + len(edited)
    return Difference(absentees, strangers, differing, twice, copies)


def _slices(one: Digests, other: Digests) -> Iterator[tuple[dict[int, int], dict[int, int]]]:
    count = 1 + max(len(one), len(other)) // SLICE
    for part in range(count):
        yield one.part(part, count), other.part(part, count)
