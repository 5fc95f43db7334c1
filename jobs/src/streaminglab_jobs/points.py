"""A weather point and its three spellings: line protocol, the producer's JSON, Telegraf's JSON.

Times are nanoseconds since 1970 (UTC). Values are floats: temperature in degrees Celsius, humidity
in per cent, pressure in hectopascal, wind in metres per second.
"""

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

FIELDS = ("temperature", "humidity", "pressure", "wind")
SECOND = 1_000_000_000
_decode = json.JSONDecoder().raw_decode

# Line protocol: a measurement escapes comma and space; a tag also "=". A backslash escapes nothing
# else, so it is left alone. influxdb v2.7.12 models/points.go, measurementEscapeCodes and
# tagEscapeCodes.
_MEASUREMENT_ESCAPES = str.maketrans({",": "\\,", " ": "\\ "})
_TAG_ESCAPES = str.maketrans({",": "\\,", " ": "\\ ", "=": "\\="})


class Point(NamedTuple):
    """One measurement of one station."""

    station: str
    time: int
    temperature: float
    humidity: float
    pressure: float
    wind: float


def escape_measurement(name: str) -> str:
    """Spell a measurement's name for line protocol. Raises ValueError where it cannot be said."""
    return _speakable(name).translate(_MEASUREMENT_ESCAPES)


@lru_cache(maxsize=4096)
def escape_tag(value: str) -> str:
    """Spell a tag value for line protocol. Raises ValueError where it cannot be said."""
    return _speakable(value).translate(_TAG_ESCAPES)


def _speakable(text: str) -> str:
    if not text or "\n" in text or text.endswith("\\") or text.startswith("#"):
        raise ValueError(f"{text!r} cannot be written in line protocol")
    return text


def to_line(measurement: str, point: Point) -> str:
    """One line of line protocol; ``measurement`` is already escaped."""
    station, time, temperature, humidity, pressure, wind = point
    return (
        f"{measurement},station={escape_tag(station)} temperature={temperature!r},"
        f"humidity={humidity!r},pressure={pressure!r},wind={wind!r} {time}"
    )


@lru_cache(maxsize=64)
def _second_text(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def rfc3339(time: int) -> str:
    """``2026-01-31T12:00:00.000000000Z``, always with nine digits so that text sorts as time."""
    second, rest = divmod(time, SECOND)
    return f"{_second_text(second)}.{rest:09d}Z"


@lru_cache(maxsize=4096)
def _json_text(text: str) -> str:
    return json.dumps(text)


def to_producer_json(point: Point) -> str:
    """The value of a record in the producer's topic."""
    station, time, temperature, humidity, pressure, wind = point
    return (
        f'{{"station":{_json_text(station)},"time":"{rfc3339(time)}","timestamp":{time},'
        f'"temperature":{temperature!r},"humidity":{humidity!r},'
        f'"pressure":{pressure!r},"wind":{wind!r}}}'
    )


def from_producer_json(value: bytes) -> Point | None:
    """Read a record of the producer's topic; None when it is not one of its points."""
    record = _object(value)
    return _point(record, record.get("station"), record.get("timestamp"))


def from_telegraf_json(value: bytes, measurement: str) -> Point | None:
    """Read a record of Telegraf's topic; None when it is another measurement or not whole.

    The shape is that of Telegraf's JSON serializer with ``json_timestamp_units = "1ns"``
    (plugins/serializers/json): ``{"fields", "name", "tags", "timestamp"}``.
    """
    record = _object(value)
    fields, tags = record.get("fields"), record.get("tags")
    if record.get("name") != measurement or not isinstance(fields, dict):
        return None
    station = tags.get("station") if isinstance(tags, dict) else None
    return _point(fields, station, record.get("timestamp"))


def _object(value: bytes) -> dict[str, Any]:
    try:
        # A third of json.loads' time: no guess of the encoding, no look at what follows.
        record, _ = _decode(value.decode())
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _point(fields: dict[str, Any], station: object, time: object) -> Point | None:
    if not isinstance(station, str) or type(time) is not int:
        return None
    try:
        return Point(
            station,
            time,
            float(fields["temperature"]),
            float(fields["humidity"]),
            float(fields["pressure"]),
            float(fields["wind"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
