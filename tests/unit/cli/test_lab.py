"""A lab is read with care: what is old is not true of it, what is missing is nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streaminglab_cli.lab import Lab
from tests.unit.cli.labs import condition, lab, raw


def test_a_lab_that_nobody_has_looked_at_has_no_words() -> None:
    bare = Lab({"metadata": {"name": "meteo", "generation": 1}})
    assert bare.ready.status == "Unknown"
    assert (bare.parts, bare.data, bare.brokers, bare.phase) == ((), "", "", "")
    assert bare.secret == "meteo-credentials"


def test_what_was_said_of_an_older_spec_is_not_repeated() -> None:
    old = raw()
    old["metadata"]["generation"] = 3
    assert Lab(old).ready.status == "Unknown"


def test_brokers_and_their_states_are_found() -> None:
    found = lab()
    assert found.brokers == "3/3"
    assert [found.broker_state(number) for number in (0, 1, 2)] == ["Running", "", "Stopped"]


def test_conditions_have_the_time_since_which_they_hold() -> None:
    assert lab().ready.since == "2026-11-27T01:00:00Z"
    assert lab(conditions=[condition("Ready", "False", "Starting")]).ready.status == "False"


@pytest.mark.parametrize(
    ("hours", "minutes", "seconds", "said"),
    [(0, 0, 7, "7s"), (0, 1, 30, "1m"), (1, 30, 0, "90m"), (3, 5, 0, "3h"), (49, 0, 0, "2d")],
)
def test_an_age_is_written_as_kubectl_writes_it(
    hours: int, minutes: int, seconds: int, said: str
) -> None:
    now = datetime(2026, 11, 27 + hours // 24, hours % 24, minutes, seconds, tzinfo=UTC)
    assert lab().age(now) == said


def test_the_comparison_is_a_part_where_there_is_something_to_compare() -> None:
    compared = lab(data={"influxdb": 600}).part("verify")
    assert compared is not None
    assert compared.kind == "Job"
    assert Lab({"metadata": {"name": "meteo"}}).part("verify") is None
    assert lab().part("nothing") is None
