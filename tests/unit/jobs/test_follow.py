"""The way from InfluxDB to the topic: killed anywhere, each whole point arrives exactly once."""

import contextlib
from collections import Counter, defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_jobs.influx.follow import HOUR, PATIENCE_POLLS, Follower, groups
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.kafka.partitions import Extent
from streaminglab_jobs.kafka.tail import home, scan_back
from streaminglab_jobs.points import Point
from tests.unit.jobs.fakes import FakeInflux, FakeTopic, Killed

T0 = 1_760_000_000_000_000_000


def point(station: str, time: int) -> Point:
    return Point(station, T0 + time, float(time), 50.0, 1000.0, 3.0)


def newest(influx: FakeInflux, topic: FakeTopic) -> dict[str, int]:
    reach = {i: Extent(0, len(p)) for i, p in enumerate(topic.partitions)}
    known = InfluxQuery(influx, "weather").last_times("weather")
    return scan_back(reach, topic.read, known)


def follower(influx: FakeInflux, topic: FakeTopic) -> Follower:
    query = InfluxQuery(influx, "weather")
    return Follower(query, "weather", newest(influx, topic), topic.append)


def check(influx: FakeInflux, topic: FakeTopic) -> None:
    records = topic.records()
    assert Counter(records) == Counter(influx.points())
    times: dict[str, list[int]] = defaultdict(list)
    for partition in topic.partitions:
        for record in partition:
            times[record.station].append(record.time)
    assert all(t == sorted(t) for t in times.values())


stations = st.sampled_from(["s1", "s2", "s3", "s4", "s5"])
steps = st.one_of(
    st.tuples(st.just("write"), st.lists(stations, min_size=1, max_size=8)),
    st.tuples(st.just("poll"), st.none()),
    st.tuples(st.just("kill"), st.integers(0, 10)),
    st.tuples(st.just("grow"), st.integers(1, 4)),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(steps, max_size=25), st.integers(1, 3 * HOUR))
def test_written_polled_killed_and_grown_in_any_order_each_point_arrives_once(
    script: list[tuple[str, object]], step: int
) -> None:
    influx, topic = FakeInflux(), FakeTopic(2, home)
    carrier = follower(influx, topic)
    time = 0
    for what, argument in script:
        if what == "write":
            assert isinstance(argument, list)
            for station in argument:
                time += step // 7 + 1
                influx.put_point(point(station, time))
        elif what == "poll":
            carrier.poll()
        elif what == "kill":
            assert isinstance(argument, int)
            topic.kill_in = argument
            with contextlib.suppress(Killed):
                carrier.poll()
            topic.kill_in = None
            carrier = follower(influx, topic)
        else:
            assert isinstance(argument, int)
            topic.grow(argument)
    carrier = follower(influx, topic)
    carrier.poll()
    carrier.poll()
    records = topic.records()
    assert Counter(records) == Counter(influx.points())


@settings(deadline=None)
@given(st.lists(stations, min_size=1, max_size=40), st.integers(0, 40))
def test_the_order_of_a_station_is_kept(order: list[str], kill_in: int) -> None:
    influx, topic = FakeInflux(), FakeTopic(3, home)
    for i, station in enumerate(order):
        influx.put_point(point(station, i))
    topic.kill_in = kill_in
    with contextlib.suppress(Killed):
        follower(influx, topic).poll()
    topic.kill_in = None
    follower(influx, topic).poll()
    check(influx, topic)


def test_a_station_that_appears_later_with_older_times_misses_nothing() -> None:
    influx, topic = FakeInflux(), FakeTopic(2, home)
    carrier = follower(influx, topic)
    for i in range(1000, 1010):
        influx.put_point(point("s1", i))
    assert carrier.poll() == 10
    for i in range(5):
        influx.put_point(point("late", i))
    assert carrier.poll() == 5
    check(influx, topic)


def test_a_thousand_stations_in_an_empty_topic() -> None:
    influx, topic = FakeInflux(), FakeTopic(4, home)
    carrier = follower(influx, topic)
    for i in range(2000):
        influx.put_point(point(f"station-{i % 1000}", i))
    assert carrier.poll() == 2000
    assert carrier.poll() == 0
    check(influx, topic)


def test_a_point_is_not_carried_before_it_is_whole_nor_overtaken() -> None:
    influx, topic = FakeInflux(), FakeTopic(1, home)
    carrier = follower(influx, topic)
    influx.put("weather", "s1", T0 + 1, {"temperature": 1.0, "humidity": 50.0})
    influx.put_point(point("s1", 2))
    influx.put_point(point("s2", 1))
    assert carrier.poll() == 1
    influx.put("weather", "s1", T0 + 1, {"pressure": 1000.0, "wind": 3.0})
    assert carrier.poll() == 2
    check(influx, topic)


def test_a_point_that_never_becomes_whole_is_passed_over_in_the_end() -> None:
    influx, topic = FakeInflux(), FakeTopic(1, home)
    carrier = follower(influx, topic)
    influx.put("weather", "s1", T0 + 1, {"temperature": 1.0})
    influx.put_point(point("s1", 2))
    carried = [carrier.poll() for _ in range(PATIENCE_POLLS + 1)]
    assert sum(carried) == 1
    check(influx, topic)


def test_a_new_hour_is_entered_one_poll_after_it_was_seen() -> None:
    """A write over the border of two shards may show its newer half first."""
    influx, topic = FakeInflux(), FakeTopic(1, home)
    border = HOUR - T0 % HOUR
    influx.put_point(point("s1", border - 10))
    carrier = follower(influx, topic)
    assert carrier.poll() == 1
    influx.put_point(point("s1", border + 5))
    assert carrier.poll() == 0
    influx.put_point(point("s1", border - 5))
    assert carrier.poll() == 2
    check(influx, topic)


class TestScanBack:
    def test_with_every_station_found_at_home_only_the_end_is_read(self) -> None:
        topic = FakeTopic(2, home)
        for i in range(20_000):
            topic.append(point(f"s{i % 4}", i))
        read: list[int] = []

        def reader(partition: int, first: int, end: int) -> list[Point]:
            read.append(end - first)
            return topic.read(partition, first, end)

        reach = {i: Extent(0, len(p)) for i, p in enumerate(topic.partitions)}
        found = scan_back(reach, reader, ["s0", "s1", "s2", "s3"])
        assert found == {f"s{k}": T0 + 19_996 + k for k in range(4)}
        assert sum(read) <= 2000

    def test_a_station_that_moved_when_partitions_were_added_is_found(self) -> None:
        topic = FakeTopic(1, home)
        for i in range(5000):
            topic.append(point("s1", i))
        topic.grow(4)
        for i in range(5000):
            topic.append(point("other", i))
        reach = {i: Extent(0, len(p)) for i, p in enumerate(topic.partitions)}
        found = scan_back(reach, topic.read, ["s1", "other"])
        assert found == {"s1": T0 + 4999, "other": T0 + 4999}


def test_stations_far_apart_in_time_are_asked_for_apart() -> None:
    minute = 60 * 10**9
    asked = list(groups({"a": 0, "b": 5, "c": 10 * minute, "d": -1}))
    assert asked == [(["d", "a", "b"], -1), (["c"], 10 * minute)]


def test_a_point_of_the_future_waits_for_its_time_and_hides_nothing() -> None:
    influx, topic, now = FakeInflux(), FakeTopic(1, home), [T0 + 5]
    query = InfluxQuery(influx, "weather")
    carrier = Follower(query, "weather", {}, topic.append, lambda: now[0])
    influx.put_point(point("s1", 3))
    influx.put_point(point("s1", 50))
    carrier.poll()
    influx.put_point(point("s1", 4))
    carrier.poll()
    assert [p.time - T0 for p in topic.records()] == [3, 4]
    now[0] = T0 + 60
    carrier.poll()
    assert [p.time - T0 for p in topic.records()] == [3, 4, 50]
