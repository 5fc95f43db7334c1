"""inject: killed anywhere and started again, every point is written exactly once."""

import contextlib
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import settings as unhurried
from hypothesis import strategies as st

from streaminglab_base import retry
from streaminglab_base.errors import JobError, Stopped, Unavailable
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.config import InjectConfig
from streaminglab_jobs.influx.answers import Refused
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.influx.runs import known
from streaminglab_jobs.influx.write import InfluxWriter
from streaminglab_jobs.inject import marker
from streaminglab_jobs.inject.plan import Plan
from streaminglab_jobs.inject.run import Injection
from streaminglab_jobs.points import SECOND, Point
from streaminglab_jobs.stations import NUMBERED, TOWNS, name
from streaminglab_jobs.weather import Run
from tests.unit.jobs.fake_clock import FakeClock
from tests.unit.jobs.fakes import HERE, FakeInflux, Killed, fail_once


class TickingClock(FakeClock):
    """A point is due a moment after its time: looking takes time too."""

    def time_ns(self) -> int:
        self.now += 1e-6
        return super().time_ns()


@pytest.fixture(autouse=True, scope="module")
def short_pauses() -> Iterator[None]:
    before, retry.FIRST_PAUSE = retry.FIRST_PAUSE, 0.0001
    yield
    retry.FIRST_PAUSE = before


def settings(points: int, batch: int = 7, stations: int = 3, largest: int = 0) -> InjectConfig:
    return InjectConfig.model_validate(
        {
            "influxdb": {"url": "http://influxdb:8086", "org": "myorg", "bucket": "weather"},
            "kafka": {"bootstrapServers": "kafka:9092"},
            "run": "abc123",
            "stations": stations,
            "rate": 1_000_000.0,
            "points": points,
            "seed": 1,
            "batchSize": batch,
            "largestBatch": largest or batch,
        }
    )


def plan(seed: int, stations: int, start: int, rate: float, points: int) -> Plan:
    return Plan(seed, Run(start, stations, rate, points))


def injection(influx: FakeInflux, config: InjectConfig) -> Injection:
    query = InfluxQuery(influx, "weather")
    writer = InfluxWriter(influx.send, HERE, config.measurement, query)
    return Injection(config, query, writer, Stopping())


def weather_lines(influx: FakeInflux) -> Counter[tuple[str, int]]:
    return Counter((s, t) for m, s, t in influx.carried if m == "weather")


def check_complete(influx: FakeInflux, config: InjectConfig) -> None:
    (start,) = (t for _, t in influx.store["streaminglab_run"])
    expected = plan(config.seed, config.stations, start, config.rate, config.points)
    assert influx.points() == [expected.point(i) for i in range(config.points)]
    assert set(weather_lines(influx).values()) <= {1}, "a replication would carry points twice"


@unhurried(deadline=None)
@given(st.integers(1, 60), st.integers(1, 20), st.lists(st.integers(0, 20), max_size=3))
def test_killed_at_any_write_and_resumed_every_point_is_written_once(
    points: int, batch: int, kills: list[int]
) -> None:
    influx, config = FakeInflux(), settings(points, batch)
    for kill in kills:
        for hook in ("before_write", "after_write"):
            left = [kill]

            def count_down(left: list[int] = left) -> None:
                if left[0] == 0:
                    raise Killed
                left[0] -= 1

            setattr(influx, hook, count_down)
            with contextlib.suppress(Killed):
                injection(influx, config).run()
            setattr(influx, hook, lambda: None)
    injection(influx, config).run()
    check_complete(influx, config)


def test_what_is_due_beyond_a_batch_goes_in_one_write_up_to_the_largest() -> None:
    influx, config = FakeInflux(), settings(600, batch=2, largest=250)
    clock = TickingClock()
    query = InfluxQuery(influx, "weather")
    writer = InfluxWriter(influx.send, HERE, config.measurement, query)
    influx.before_write = lambda: setattr(clock, "now", clock.now + 1.0)
    Injection(config, query, writer, Stopping(clock)).run()
    assert influx.writes == 1 + 3, "the marker, and 250, 250 and 100 points"
    assert len(influx.points()) == 600


def test_what_a_large_write_left_out_is_written_after_a_kill() -> None:
    influx, config = FakeInflux(), settings(40, batch=2, largest=30)
    clock = TickingClock()
    query = InfluxQuery(influx, "weather")
    writer = InfluxWriter(influx.send, HERE, config.measurement, query)
    start = marker.find_or_write(query, writer, config, clock.time_ns()).start
    made = plan(config.seed, config.stations, start, config.rate, config.points)
    for i in (*range(3), 29):
        influx.put_point(made.point(i))
    Injection(config, query, writer, Stopping(clock)).run()
    check_complete(influx, config)


@unhurried(deadline=None)
@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 10), st.integers(0, 20))
def test_a_write_that_landed_in_part_is_completed_not_repeated(
    points: int, batch: int, at_write: int, landed: int
) -> None:
    influx, config = FakeInflux(), settings(points, batch)
    calls = [0]

    def lands(lines: int) -> int:
        calls[0] += 1
        return min(landed, lines) if calls[0] == at_write + 2 else lines

    def breaks() -> None:
        if calls[0] == at_write + 2:
            calls[0] += 100
            raise Unavailable("InfluxDB was killed")

    influx.lands, influx.after_write = lands, breaks
    injection(influx, config).run()
    check_complete(influx, config)


def test_an_answer_that_was_lost_does_not_make_it_write_twice() -> None:
    influx, config = FakeInflux(), settings(20, 20)
    first = injection(influx, config)
    influx.after_write = fail_once()
    first.run()
    check_complete(influx, config)


def test_a_finished_run_started_again_writes_nothing() -> None:
    influx, config = FakeInflux(), settings(20)
    injection(influx, config).run()
    writes = influx.writes
    again = injection(influx, config)
    again.run()
    assert influx.writes == writes
    assert (again.found, again.written) == (20, 0)


@pytest.mark.parametrize("stations", [1, 3])
def test_a_point_written_by_hand_does_not_hide_what_was_written(stations: int) -> None:
    influx, config = FakeInflux(), settings(20, stations=stations)
    influx.after_write = lambda: fail_once(Killed())() if influx.writes == 3 else None
    with pytest.raises(Killed):
        injection(influx, config).run()
    (start,) = (t for _, t in influx.store["streaminglab_run"])
    influx.put_point(Point(name(0), start + 10**15, 1.0, 2.0, 3.0, 4.0))
    injection(influx, config).run()
    assert len(influx.points()) == 21
    assert set(weather_lines(influx).values()) == {1}


def test_the_marker_says_which_points_the_run_has() -> None:
    influx, config = FakeInflux(), settings(20)
    injection(influx, config).run()
    (start,) = (t for _, t in influx.store["streaminglab_run"])
    assert known(InfluxQuery(influx, "weather"), 9, 9.0) == [Run(start, 3, 1_000_000.0, 20)]


def test_a_marker_of_an_earlier_version_is_completed_from_the_spec() -> None:
    influx = FakeInflux()
    influx.put("streaminglab_run", "abc123", 5, {"start": 5, "seed": 1, "points": 20})
    assert known(InfluxQuery(influx, "weather"), 3, 10.0) == [Run(5, 3, 10.0, 20, NUMBERED)]


@pytest.mark.parametrize("kill", [1, 3, 6])
def test_a_run_that_began_with_numbered_stations_ends_with_them(kill: int) -> None:
    """Begun by a version before there were towns: its marker does not say the names."""
    influx, config = FakeInflux(), settings(20)
    marked = {"start": 5, "seed": 1, "points": 20, "stations": 3, "rate": 1_000_000.0}
    influx.put("streaminglab_run", "abc123", 5, marked)
    run = Run(5, 3, 1_000_000.0, 20, NUMBERED)
    before = Plan(1, run)
    for i in range(kill):
        influx.put_point(before.point(i))
    injection(influx, config).run()
    assert influx.points() == [before.point(i) for i in range(20)]
    assert {p.station for p in influx.points()} == {"station-1", "station-2", "station-3"}
    assert sum(weather_lines(influx).values()) == 20 - kill
    assert known(InfluxQuery(influx, "weather"), 9, 9.0) == [run]


@pytest.mark.parametrize(("before", "names"), [({}, NUMBERED), ({"names": 1}, TOWNS)])
def test_an_endless_run_that_begins_its_clock_anew_keeps_the_names_of_its_stations(
    before: dict[str, float], names: int
) -> None:
    influx, config, clock = FakeInflux(), settings(0), TickingClock()
    influx.put("streaminglab_run", "abc123", 5, {"start": 5, "points": 0, **before})
    query = InfluxQuery(influx, "weather")
    writer = InfluxWriter(influx.send, HERE, config.measurement, query)
    begun = marker.find_or_write(query, writer, config, clock.time_ns())
    assert (begun.start > 5, begun.names) == (True, names)
    assert {run.names for run in known(query, 3, 1.0)} == {names}


def test_a_long_run_keeps_its_marker_from_expiring_before_its_points() -> None:
    influx, config = FakeInflux(), settings(25, batch=1).model_copy(update={"rate": 1 / 60})
    clock = TickingClock()
    query = InfluxQuery(influx, "weather")
    writer = InfluxWriter(influx.send, HERE, config.measurement, query)
    Injection(config, query, writer, Stopping(clock)).run()
    start, *later = sorted(t for _, t in influx.store["streaminglab_run"])
    assert [round((t - start) / (600 * SECOND)) for t in later] == [1, 2]
    assert [run.start for run in known(query, 3, 1.0)] == [start]


def test_a_stop_ends_it_between_two_writes() -> None:
    influx, config = FakeInflux(), settings(50, 10)
    job = injection(influx, config)
    influx.after_write = lambda: job._stopping.stop() if influx.writes == 3 else None
    with pytest.raises(Stopped):
        job.run()
    assert job.written == 20


def test_a_refused_write_fails_at_once() -> None:
    influx, config = FakeInflux(), settings(50, 10)
    influx.before_write = fail_once(Refused(401, "the token is not accepted"))
    with pytest.raises(JobError, match="not accepted"):
        injection(influx, config).run()
    assert influx.writes == 1


def test_a_missing_bucket_is_named() -> None:
    influx, config = FakeInflux(), settings(50, 10)
    influx.before_write = fail_once(Refused(404, "no"))
    with pytest.raises(JobError, match="no bucket 'weather' in organisation 'myorg'"):
        injection(influx, config).run()


class TestPlan:
    def test_points_of_the_future_are_not_due(self) -> None:
        made = plan(1, 3, 1000, 10.0, 0)
        assert made.due(999, 0, 100) == 0
        assert made.due(1000 + 250_000_000, 0, 100) == 3
        assert made.due(1000 + 250_000_000, 5, 100) == 5

    def test_never_more_than_a_batch_nor_than_the_run_has(self) -> None:
        made = plan(1, 3, 0, 10.0, 30)
        assert made.due(10**12, 0, 20) == 20
        assert made.due(10**12, 20, 20) == 30

    @pytest.mark.parametrize(("rate", "seconds"), [(1.0, 1.0), (100.0, 0.2), (10_000.0, 0.0499)])
    def test_it_waits_for_a_full_batch_but_not_long(self, rate: float, seconds: float) -> None:
        made = plan(1, 3, 0, rate, 0)
        following = 1 if rate == 1.0 else 0
        assert made.pause(0, following, 500, 0.2) == pytest.approx(seconds)
