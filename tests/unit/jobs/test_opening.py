"""What a comparison finds out first: which points are the lab's, and since when they count."""

from typing import Any, cast

import pytest

from streaminglab_base.errors import Unavailable
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.config import VerifyConfig
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.points import Point, from_producer_json
from streaminglab_jobs.verify.opening import Opening
from streaminglab_jobs.verify.session import Place
from streaminglab_jobs.verify.window import WATERMARK
from tests.unit.jobs.fake_clock import FakeClock
from tests.unit.jobs.fake_kafka import FakeConsumer, FakeLog
from tests.unit.jobs.fakes import FakeInflux

NOW = FakeClock().time_ns()
START = NOW - 60 * 10**9


def opening(influx: FakeInflux, expected: int) -> Opening:
    config = VerifyConfig.model_validate(
        {
            "influxdb": {"url": "http://influxdb:8086", "org": "myorg", "bucket": "weather"},
            "kafka": {"bootstrapServers": "kafka:9092"},
            "expectedPoints": expected,
            "stations": 3,
            "rate": 1.0,
        }
    )
    place = Place("weather", cast(Any, FakeConsumer(FakeLog(1))), from_producer_json)
    query = InfluxQuery(influx, "weather")
    return Opening(config, query, None, {"producer": place}, Stopping(FakeClock()))


def lab(points: int) -> FakeInflux:
    """With a marker as version 0.1 wrote it, a point of it, and two points of somebody's own."""
    influx = FakeInflux()
    influx.put("streaminglab_run", "abc", START, {"start": START, "points": points})
    influx.put_point(Point("station-1", START, 1.0, 50.0, 1000.0, 3.0))
    for time in (5, NOW - 5 * 10**9):
        influx.put_point(Point("my-own", time, 1.0, 50.0, 1000.0, 3.0))
    return influx


def test_the_window_begins_with_the_oldest_injection_and_not_with_somebodys_point() -> None:
    scope = opening(lab(30), 30).find()
    assert (scope.window.low, scope.window.due, scope.expected) == (START, 30, 30)
    assert scope.mine("station-2", START + 10**9)
    assert not scope.mine("my-own", NOW - 5 * 10**9)


def test_an_endless_injection_is_compared_up_to_its_newest_points() -> None:
    scope = opening(lab(0), 0).find()
    assert (scope.window.high, scope.window.due) == (NOW - 5 * 10**9 - WATERMARK, None)


def test_an_injection_that_has_not_begun_is_waited_for() -> None:
    with pytest.raises(Unavailable, match="holds no point yet"):
        opening(FakeInflux(), 0).find()
