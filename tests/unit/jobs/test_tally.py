"""Comparing what was seen: the laws of sets and multisets, without keeping the points."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_jobs.points import Point
from streaminglab_jobs.verify import digests as digests_module
from streaminglab_jobs.verify import sketch as sketch_module
from streaminglab_jobs.verify import tally as tally_module
from streaminglab_jobs.verify.digests import digest
from streaminglab_jobs.verify.tally import Tally, Window

EVER = Window(0, 1 << 62)
points = st.builds(
    Point,
    st.sampled_from(["s1", "s2"]),
    st.integers(0, 6),
    st.sampled_from([1.0, 2.0]),
    st.just(50.0),
    st.just(1000.0),
    st.just(3.0),
)
many = st.lists(points, max_size=25)
one_value = st.lists(points, max_size=25, unique_by=lambda p: (p.station, p.time))


def tally(found: list[Point], window: Window = EVER) -> Tally:
    result = Tally(window)
    for point in found:
        result.add(point)
    return result


@contextmanager
def keeping(kept: int, readings: int = 1000) -> Iterator[None]:
    """As if places had millions of points: sums by bucket alone from so many points on."""
    before = tally_module.KEPT, tally_module.READINGS, sketch_module.BUCKETS, sketch_module._MASK
    tally_module.KEPT, tally_module.READINGS = kept, readings
    sketch_module.BUCKETS, sketch_module._MASK = 8, 7
    try:
        yield
    finally:
        tally_module.KEPT, tally_module.READINGS = before[:2]
        sketch_module.BUCKETS, sketch_module._MASK = before[2:]


class Place:
    """Points that can be read again; counts how often they were."""

    def __init__(self, found: list[Point]) -> None:
        self.readings = 0
        self._found = found
        self.tally = Tally(EVER, again=self.read)
        for point in found:
            self.tally.add(point)

    def read(self, take: Callable[[Point], None]) -> None:
        self.readings += 1
        for point in self._found:
            take(point)


@given(many, many)
def test_same_means_equal_as_multisets(one: list[Point], other: list[Point]) -> None:
    assert tally(one).same_as(tally(other)) == (Counter(one) == Counter(other))


@given(many, st.randoms(use_true_random=False))
def test_order_does_not_matter_for_being_the_same(one: list[Point], luck: Random) -> None:
    other = list(one)
    luck.shuffle(other)
    assert tally(one).same_as(tally(other))


@given(one_value, many)
def test_the_difference_is_that_of_the_sets(influx: list[Point], topic: list[Point]) -> None:
    difference = tally(influx).difference(tally(topic))
    assert difference.missing == len(set(influx) - set(topic))
    here = {(p.station, p.time) for p in set(topic) & set(influx)}
    edited = [p for p in topic if p not in influx and (p.station, p.time) in here]
    rest = [p for p in topic if p not in edited]
    assert difference.unexpected == len(set(rest) - set(influx))
    assert difference.duplicates == len(rest) - len(set(rest))
    assert difference.edited == len(edited)


@given(one_value, many, st.integers(1, 30))
def test_missing_points_are_named_by_digest_up_to_a_number(
    influx: list[Point], topic: list[Point], most: int
) -> None:
    missing = {digest(p) for p in set(influx) - set(topic)}
    found = tally(influx).missing_in(tally(topic), most)
    assert found <= missing
    assert len(found) == min(most, len(missing))


@given(one_value)
def test_nothing_differs_from_itself(influx: list[Point]) -> None:
    assert tally(influx).difference(tally(influx)) == (0, 0, 0, 0, 0)


@given(one_value.filter(bool))
def test_other_values_for_a_point_are_missing_unexpected_and_differing(
    influx: list[Point],
) -> None:
    changed = [influx[0]._replace(wind=99.0), *influx[1:]]
    assert tally(influx).difference(tally(changed)) == (1, 1, 1, 0, 0)


@given(one_value, many)
def test_slices_do_not_change_the_result(influx: list[Point], topic: list[Point]) -> None:
    whole = tally(influx).difference(tally(topic))
    before, digests_module.SLICE = digests_module.SLICE, 3
    try:
        assert tally(influx).difference(tally(topic)) == whole
    finally:
        digests_module.SLICE = before


@given(one_value, many, st.integers(1, 40))
def test_of_too_many_points_only_sums_are_kept_and_the_result_is_the_same(
    influx: list[Point], topic: list[Point], kept: int
) -> None:
    one, other = tally(influx), tally(topic)
    with keeping(kept):
        large, largest = Place(influx).tally, Place(topic).tally
        assert large.same_as(largest) == one.same_as(other)
        assert large.difference(largest) == one.difference(other)
        assert large.missing_in(largest, 1000) == one.missing_in(other, 1000)
        assert large.lacked_by(largest) == bool(set(influx) - set(topic))


def test_equal_places_are_read_once_and_unequal_ones_again_only_when_they_change() -> None:
    found = [Point("s1", i, 1.0, 50.0, 1000.0, 3.0) for i in range(20)]
    with keeping(5):
        influx, topic = Place(found), Place(found[:-1])
        assert influx.tally.difference(topic.tally).missing == 1
        readings = topic.readings
        for _ in range(9):
            influx.tally.difference(topic.tally)
            influx.tally.missing_in(topic.tally, 7)
        assert topic.readings == influx.readings == readings
        topic.tally.add(found[-1])
        assert influx.tally.difference(topic.tally) == (0, 0, 0, 0, 0)
        assert topic.readings == readings


def test_millions_that_are_missing_are_counted_without_a_reading_for_each_part() -> None:
    found = [Point("s1", i, 1.0, 50.0, 1000.0, 3.0) for i in range(400)]
    with keeping(20, readings=3):
        influx, topic = Place(found), Place(found[:100])
        assert influx.tally.difference(topic.tally) == (300, 0, 0, 0, 0)
        assert topic.readings == influx.readings == 3
        assert influx.tally.lacked_by(topic.tally)


@given(many, st.integers(0, 6), st.integers(0, 6))
def test_points_outside_the_window_are_not_compared(
    found: list[Point], low: int, high: int
) -> None:
    inside = [p for p in found if low <= p.time <= high]
    result = tally(found, Window(low, high))
    assert result.same_as(tally(inside))
    assert result.older + result.newer == len(found) - len(inside)
    assert result.older == len([p for p in found if p.time < low])


@given(many)
def test_a_record_older_than_one_before_it_is_out_of_order(found: list[Point]) -> None:
    expected = 0
    newest: dict[str, int] = {}
    for point in found:
        if point.time < newest.get(point.station, 0):
            expected += 1
        newest[point.station] = max(point.time, newest.get(point.station, 0))
    assert tally(found).out_of_order == expected


def test_order_is_that_within_a_partition() -> None:
    """A station moves to another partition when some are added; both are read at the same time."""
    result = Tally(EVER)
    for time, partition in ((5, 1), (2, 0), (6, 1), (3, 0), (4, 1)):
        result.add(Point("s1", time, 1.0, 50.0, 1000.0, 3.0), partition)
    assert result.out_of_order == 1


def test_a_million_points_need_few_bytes() -> None:
    result = Tally(EVER)
    for i in range(1000):
        result.add(Point("s", i, 1.0, 2.0, 3.0, 4.0))
    assert result._kept.points.itemsize + result._kept.keys.itemsize == 16


@given(one_value, many)
def test_what_is_not_the_labs_is_counted_and_not_compared(
    influx: list[Point], topic: list[Point]
) -> None:
    def mine(station: str, _time: int) -> bool:
        return station == "s1"

    one, other = Tally(EVER, mine), Tally(EVER, mine)
    for found, points_ in ((one, influx), (other, topic)):
        for point in points_:
            found.add(point)
    only = [[p for p in points_ if p.station == "s1"] for points_ in (influx, topic)]
    assert one.difference(other) == tally(only[0]).difference(tally(only[1]))
    assert (one.own, other.own) == (len(influx) - len(only[0]), len(topic) - len(only[1]))
