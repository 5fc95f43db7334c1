"""Digests summed up by buckets: as large for ten million points as for ten.

Two places whose buckets all have equal counts and sums hold the same points equally often. Where
some differ, only what belongs into those has to be looked at again.
"""

from array import array
from collections.abc import Iterable, Iterator

from streaminglab_jobs.verify.digests import NOTHING, Difference, Digests

BUCKETS = 1 << 20
"""Of 16 bytes each. With ten million points ten share one, so that what a hundred thousand faults
make suspect is a tenth of all, and not all."""
_MASK = BUCKETS - 1
_64_BITS = (1 << 64) - 1


class Sketch:
    """How many digests each bucket has, and their sum. The key (station and time) says which."""

    def __init__(self, digests: Digests) -> None:
        self._counts = array("q", bytes(8 * BUCKETS))
        self._sums = array("Q", bytes(8 * BUCKETS))
        for point, key in zip(digests.points, digests.keys, strict=True):
            self.add(point, key)

    def add(self, point: int, key: int) -> None:
        """One more."""
        bucket = key & _MASK
        self._counts[bucket] += 1
        self._sums[bucket] = (self._sums[bucket] + point) & _64_BITS

    def suspects(self, other: "Sketch") -> "array[int]":
        """The buckets that differ."""
        mine = zip(self._counts, self._sums, strict=True)
        theirs = zip(other._counts, other._sums, strict=True)
        pairs = zip(mine, theirs, strict=True)
        return array("l", (bucket for bucket, (one, two) in enumerate(pairs) if one != two))

    def groups(self, other: "Sketch", buckets: Iterable[int], most: int) -> Iterator["array[int]"]:
        """Buckets in groups that have at most ``most`` digests in the larger of both places."""
        group = array("l")
        size = 0
        for bucket in buckets:
            more = max(self._counts[bucket], other._counts[bucket])
            if group and size + more > most:
                yield group
                group, size = array("l"), 0
            group.append(bucket)
            size += more
        if group:
            yield group

    def by_counts(self, topic: "Sketch", buckets: Iterable[int]) -> Difference:
        """The least by which a topic differs in these buckets, without looking into them."""
        apart = [self._counts[b] - topic._counts[b] for b in buckets]
        if not apart:
            return NOTHING
        return Difference(sum(n for n in apart if n > 0), sum(-n for n in apart if n < 0), 0, 0)


class Chosen:
    """Whether a key belongs into one of some buckets."""

    def __init__(self, buckets: Iterable[int]) -> None:
        self._flags = bytearray(BUCKETS)
        for bucket in buckets:
            self._flags[bucket] = 1

    def has(self, key: int) -> bool:
        """Asked of every point that is read again."""
        return bool(self._flags[key & _MASK])
