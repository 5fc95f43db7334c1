"""Amounts as students write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.schema import units
from streaminglab_operator.schema.units import parse_rate, parse_retention


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("60m", 3600), ("90m", 5400), ("36h", 129_600), ("7d", 604_800), ("2w", 1_209_600)],
)
def test_a_retention_in_seconds(text: str, seconds: int) -> None:
    assert parse_retention(text) == seconds


@pytest.mark.parametrize("text", ["7 days", "7", "30m", "0d", "-1d", "1.5h", "7d\n", "", "7D"])
def test_no_retention(text: str) -> None:
    with pytest.raises(ValueError, match="retention"):
        parse_retention(text)


@pytest.mark.parametrize(("text", "rate"), [("1000/s", 1000.0), ("600/min", 10.0), ("1/s", 1.0)])
def test_a_rate_in_points_per_second(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["1000", "0/s", "10/h", "10 /s", "1.5/s", "-1/s"])
def test_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="rate"):
        parse_rate(text)


@pytest.mark.parametrize("text", ["10s", "5m", "1h"])
def test_an_interval(text: str) -> None:
    assert units.fits(units.INTERVAL, text)


@pytest.mark.parametrize("text", ["10", "0s", "ten", "1d"])
def test_no_interval(text: str) -> None:
    assert not units.fits(units.INTERVAL, text)


@given(st.from_regex(units.RETENTION, fullmatch=True))
def test_influxdb_takes_every_retention_that_is_admitted(text: str) -> None:
    # "retention policy duration must be at least 1h0m0s", and 0 is for ever.
    assert parse_retention(text) == 0 or parse_retention(text) >= 3600


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("1Gi", True),
        ("100Mi", True),
        ("99Mi", False),
        ("1", False),
        ("1 GB", False),
        ("0Gi", False),
    ],
)
def test_a_disk_has_a_unit_and_at_least_100_mebibytes(text: str, fine: bool) -> None:
    assert units.fits(units.STORAGE, text) is fine
