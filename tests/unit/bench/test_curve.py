"""The curve of labs that become Ready, and whether who came first was first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.curve import Curve, rate

moments = st.floats(0, 1000, allow_nan=False)


def test_labs_that_are_ready_in_the_order_in_which_they_came_have_no_inversion() -> None:
    assert Curve([0.0, 1.0, 2.0], [5.0, 6.0, 7.0]).inversions == 0.0


def test_the_wrong_way_round_is_one() -> None:
    assert Curve([0.0, 1.0, 2.0], [7.0, 6.0, 5.0]).inversions == 1.0


def test_one_of_three_pairs_is_a_third() -> None:
    assert Curve([0.0, 1.0, 2.0], [6.0, 5.0, 7.0]).inversions == pytest.approx(1 / 3, abs=1e-3)


@given(st.lists(st.tuples(moments, moments), max_size=30))
def test_inversions_are_the_pairs_that_one_would_count_by_hand(
    pairs: list[tuple[float, float]],
) -> None:
    came, ready = [c for c, _ in pairs], [r for _, r in pairs]
    order = [r for _, r in sorted(zip(came, ready, strict=True))]
    all_pairs = [(a, b) for i, a in enumerate(order) for b in order[i + 1 :]]
    wrong = sum(a > b for a, b in all_pairs)
    expected = round(wrong / len(all_pairs), 3) if all_pairs else 0.0
    assert Curve(came, ready).inversions == expected


pairs_in_two_orders = st.lists(st.tuples(moments, moments), min_size=1, max_size=30).flatmap(
    lambda pairs: st.tuples(st.just(pairs), st.permutations(pairs))
)


@given(pairs_in_two_orders)
def test_it_does_not_matter_in_which_order_labs_are_told(
    orders: tuple[list[tuple[float, float]], list[tuple[float, float]]],
) -> None:
    pairs, mixed = orders
    curves = [Curve([c for c, _ in p], [r for _, r in p]) for p in (pairs, mixed)]
    assert curves[0].summary() == curves[1].summary()


def test_the_summary_names_when_each_share_was_ready_from_the_first_arrival_on() -> None:
    curve = Curve([100.0] * 10, [101.0 + n for n in range(10)])
    assert curve.summary() == {
        "readyAt": {"10%": 1, "25%": 3, "50%": 5, "75%": 8, "90%": 9, "100%": 10},
        "waitP50": 5.0,
        "waitP99": 10.0,
        "firstQuarterPerSecond": 1.0,
        "lastQuarterPerSecond": 1.0,
        "inversions": 0.0,
    }


def test_a_lab_waits_from_its_own_arrival_on() -> None:
    assert Curve([0.0, 10.0], [3.0, 11.0]).waits == [1.0, 3.0]


def test_without_any_lab_there_is_no_curve() -> None:
    assert Curve((), ()).summary() == {}


def test_a_rate_that_falls_shows_at_its_end() -> None:
    times = [float(n) for n in range(1, 5)] + [8.0, 12.0, 16.0, 20.0]
    assert rate(times, 0.0, 0.5) == 1.0
    assert rate(times, 0.5, 1.0) == 0.25
