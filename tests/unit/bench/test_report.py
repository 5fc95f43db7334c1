"""A line of JSON says what was measured, beside which floor, and whether it counts."""

import json
from datetime import UTC, datetime

import pytest

from bench.report import Report

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def report(**more: object) -> Report:
    given: dict[str, object] = {
        "name": "p2",
        "what": "labs",
        "figure": 30.0,
        "unit": "s",
        "floor": 20.0,
        "goal": {"ratio": 1.5},
        **more,
    }
    return Report(**given)  # type: ignore[arg-type]


def test_the_ratio_is_the_figure_over_the_floor() -> None:
    assert report().ratio == 1.5
    assert report(floor=None, goal={}).ratio is None


@pytest.mark.parametrize(
    ("figure", "void", "reached"),
    [(30.0, False, True), (30.2, False, False), (10.0, True, False)],
)
def test_a_goal_is_reached_only_by_a_figure_that_counts(
    figure: float, void: bool, reached: bool
) -> None:
    made = report(figure=figure, void_if={"a lab did not get Ready": void})
    assert made.void is void
    assert made.reached is reached


def test_a_missing_floor_reaches_no_goal_of_a_ratio() -> None:
    assert not report(floor=None).reached


def test_a_figure_of_zero_reaches_a_goal_of_zero() -> None:
    assert report(figure=0, floor=None, goal={"figure": 0.0}).reached
    assert not report(figure=1, floor=None, goal={"figure": 0.0}).reached


def test_the_line_is_one_line_of_json_with_machine_and_conditions() -> None:
    line = report(counts={"labs": 3}, void_if={"x": False}, figure=30.12345).line(NOW)
    assert "\n" not in line
    document = json.loads(line)
    assert document["figure"] == 30.123
    assert document["floor"] == 20.0
    assert document["counts"] == {"labs": 3}
    assert document["voidIf"] == {"x": False}
    assert document["machine"]["cores"] >= 1
    assert document["time"] == "2026-01-02T03:04:05Z"
