"""What was seen in one place, in bounded memory, and how another place differs from it.

Up to :data:`KEPT` points are kept as digests. Of more there are sums by bucket alone; where those
differ, the place is read again, and only what is suspect is kept (docs/decisions/0054).
"""

from collections import defaultdict
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from streaminglab_jobs.points import Point
from streaminglab_jobs.verify import digests
from streaminglab_jobs.verify.digests import NOTHING, Difference, Digests
from streaminglab_jobs.verify.sketch import Chosen, Sketch

KEPT = 1_000_000
"""Points that are kept as digests, 16 bytes each; and at most so many suspects at a time."""
READINGS = 4
"""How often a place is read again for one comparison. What is suspect beyond so many times KEPT is
counted by bucket: a topic of which millions are missing needs no list of them."""

NAMED = 20_000
"""How many missing points of a large place are named: as many as one repair sends."""


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
Again = Callable[[Callable[[Point], None]], None]
"""Reads a place once more from its beginning: calls with each point that it has."""


def everything(_station: str, _time: int) -> bool:
    """Where it is not known what was injected."""
    return True


class Tally:
    """The points seen in one place: InfluxDB or a topic.

    Those that are not ``mine`` are counted as ``own``, the students' own, and not compared; of an
    age that is not compared, as ``stale``: what a lost InfluxDB left in a topic is of that kind.
    A place that cannot be read ``again`` keeps all its digests.
    """

    def __init__(self, window: Window, mine: Mine = everything, again: Again | None = None) -> None:
        self._low, self._high = window.low, window.high
        self._mine = mine
        self._again = again
        self._kept = Digests()
        self._sketch: Sketch | None = None
        self._count = self._sum = 0
        self._compared: dict[int, tuple[object, Difference, set[int]]] = {}
        self._newest: defaultdict[int, dict[str, int]] = defaultdict(dict)
        self.own = 0
        self.stale = 0
        self.older = 0
        self.newer = 0
        self.out_of_order = 0

    def __len__(self) -> int:
        return self._count

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
        self._sum += value
        self._count += 1
        (self._sketch or self._kept).add(value, hash((station, time)))
        if self._count == KEPT and self._again is not None:
            self._sketch, self._kept = Sketch(self._kept), Digests()
        newest = self._newest[partition]
        if time < newest.get(station, time):
            self.out_of_order += 1
        else:
            newest[station] = time

    def same_as(self, other: "Tally") -> bool:
        """Whether both hold the same points equally often: equal counts and sums of digests.

        Costs nothing, so it can be asked at every poll.
        """
        return self._count == other._count and self._sum == other._sum

    def lacked_by(self, topic: "Tally") -> bool:
        """Whether the topic misses a point. InfluxDB has none twice: fewer records say it at
        once."""
        return len(topic) < len(self) or bool(self.missing_in(topic, 1))

    def missing_in(self, topic: "Tally", most: int) -> set[int]:
        """Digests of points that are here and not in the topic: all, or ``most`` of them."""
        if self.same_as(topic):
            return set()
        if self._sketch is None and topic._sketch is None:
            return digests.missing(self._kept, topic._kept, most)
        _, absent = self._looked_into(topic)
        return set(islice(absent, most))

    def difference(self, topic: "Tally") -> Difference:
        """Compare as sets, with this one (InfluxDB) as the truth: see ``digests.difference``."""
        if self.same_as(topic):
            return NOTHING
        if self._sketch is None and topic._sketch is None:
            return digests.difference(self._kept, topic._kept)
        found, _ = self._looked_into(topic)
        return found

    def _looked_into(self, topic: "Tally") -> tuple[Difference, set[int]]:
        """The difference and some digests of what is missing; looked for anew only where one of
        both has changed, since that means reading them again."""
        state = (self._count, self._sum, topic._count, topic._sum)
        before, found, absent = self._compared.get(id(topic), (None, NOTHING, set()))
        if before != state:
            found, absent = self._look_into(topic)
            self._compared[id(topic)] = (state, found, absent)
        return found, absent

    def _look_into(self, topic: "Tally") -> tuple[Difference, set[int]]:
        mine, theirs = self._summed(), topic._summed()
        found, absent, readings = NOTHING, set[int](), 0
        for group in mine.groups(theirs, mine.suspects(theirs), KEPT):
            readings += 1
            if readings > READINGS:
                found = found.plus(mine.by_counts(theirs, group))
                continue
            chosen = Chosen(group)
            one, other = self._only(chosen), topic._only(chosen)
            found = found.plus(digests.difference(one, other))
            absent |= digests.missing(one, other, NAMED - len(absent))
        return found, absent

    def _summed(self) -> Sketch:
        return self._sketch or Sketch(self._kept)

    def _only(self, chosen: Chosen) -> Digests:
        """The digests of some buckets: from those kept, or read again."""
        found = Digests()
        if self._sketch is None or self._again is None:
            for value, key in zip(self._kept.points, self._kept.keys, strict=True):
                if chosen.has(key):
                    found.add(value, key)
            return found
        mine, low, high = self._mine, self._low, self._high

        def take(point: Point) -> None:
            station, time = point[0], point[1]
            key = hash((station, time))
            if chosen.has(key) and low <= time <= high and mine(station, time):
                found.add(hash(point), key)

        self._again(take)
        return found
