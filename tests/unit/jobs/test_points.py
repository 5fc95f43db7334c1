"""Points keep their content in every spelling."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_jobs.points import (
    SECOND,
    Point,
    escape_measurement,
    from_producer_json,
    from_telegraf_json,
    rfc3339,
    to_line,
    to_producer_json,
)
from tests.unit.jobs.fakes import parse_line

numbers = st.floats(allow_nan=False, allow_infinity=False)
times = st.integers(min_value=0, max_value=4_000_000_000 * SECOND)
names = st.text(min_size=1).filter(
    lambda s: "\n" not in s and "\\" not in s and not s.startswith("#")
)
points = st.builds(Point, names, times, numbers, numbers, numbers, numbers)


@given(names, points)
def test_a_line_reads_back_as_the_point_it_was(measurement: str, point: Point) -> None:
    line = to_line(escape_measurement(measurement), point)
    assert "\n" not in line
    found = parse_line(line)
    assert found == (
        measurement,
        point.station,
        point.time,
        {
            "temperature": point.temperature,
            "humidity": point.humidity,
            "pressure": point.pressure,
            "wind": point.wind,
        },
    )


def test_comma_space_and_equals_sign_are_escaped_in_a_station() -> None:
    line = to_line("weather", Point("a b,c=d", 7, 1.0, 2.0, 3.0, 4.0))
    assert line == (
        r"weather,station=a\ b\,c\=d temperature=1.0,humidity=2.0,pressure=3.0,wind=4.0 7"
    )


@pytest.mark.parametrize("name", ["", "two\nlines", "ends with \\", "#comment"])
def test_a_name_that_line_protocol_cannot_say_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="line protocol"):
        escape_measurement(name)


@given(points)
def test_the_producers_json_reads_back_as_the_point_it_was(point: Point) -> None:
    assert from_producer_json(to_producer_json(point).encode()) == point


@given(points)
def test_telegrafs_json_reads_back_as_the_point_it_was(point: Point) -> None:
    station, time, temperature, humidity, pressure, wind = point
    record = {
        "fields": {
            "temperature": temperature,
            "humidity": humidity,
            "pressure": pressure,
            "wind": wind,
        },
        "name": "weather",
        "tags": {"station": station},
        "timestamp": time,
    }
    value = json.dumps(record).encode()
    assert from_telegraf_json(value, "weather") == point
    assert from_telegraf_json(value, "other") is None


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"hello",
        b"[1]",
        b'{"station":"s"}',
        b'{"station":1,"timestamp":1,"temperature":1,"humidity":1,"pressure":1,"wind":1}',
        b'{"station":"s","timestamp":"1","temperature":1,"humidity":1,"pressure":1,"wind":1}',
        b'{"station":"s","timestamp":1,"temperature":1,"humidity":1,"pressure":1}',
        b'{"station":"s","timestamp":1,"temperature":"x","humidity":1,"pressure":1,"wind":1}',
    ],
)
def test_a_record_that_is_no_point_is_none(value: bytes) -> None:
    assert from_producer_json(value) is None


@given(times)
def test_the_time_in_text_is_the_time_in_nanoseconds(time: int) -> None:
    text = rfc3339(time)
    whole = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    assert int(whole.timestamp()) * SECOND + int(text[20:29]) == time
    assert text.endswith("Z")
    assert len(text) == len("2026-01-31T12:00:00.000000000Z")


@given(times, times)
def test_times_in_text_sort_as_times(one: int, other: int) -> None:
    assert (rfc3339(one) < rfc3339(other)) == (one < other)
