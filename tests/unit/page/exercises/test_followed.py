"""What groups do over several looks: lags that turn, and partitions that are dealt out anew."""

from __future__ import annotations

import pytest

from streaminglab_page.exercises.followed import STABLE, TURNS, Dealt, Followed, behind, seen
from streaminglab_page.kafka.view import Group, Member, Place

TOPIC = "orders"
END = {(TOPIC, number): 100 for number in range(3)}


def group(dealt: dict[str, list[int]], state: str = STABLE, **committed: int) -> Group:
    """A group whose consumers have some partitions; ``p0=90``: the position in partition 0."""
    members = tuple(
        Member(name, "laptop", "/10.0.0.1", tuple((TOPIC, number) for number in numbers))
        for name, numbers in dealt.items()
    )
    positions: dict[Place, int] = {(TOPIC, int(p[1:])): at for p, at in committed.items()}
    return Group("slow", state, members, positions)


def after(*groups: Group) -> Followed:
    """What is known of the group after some looks."""
    known: dict[tuple[str, str], Followed] = {}
    for one in groups:
        known = seen(known, [one], END, [TOPIC])
    return known["slow", TOPIC]


def lags(*values: int) -> tuple[int, ...]:
    return after(*(group({}, p0=100 - value) for value in values)).lags


@pytest.mark.parametrize(
    ("values", "turns"),
    [
        ((3,), (3,)),
        ((3, 3, 3), (3,)),
        ((3, 5, 8), (3, 8)),
        ((3, 8, 8, 9), (3, 9)),
        ((8, 5, 3, 3), (8, 3)),
        ((3, 8, 2, 2, 7), (3, 8, 2, 7)),
    ],
)
def test_only_turning_points_are_kept(values: tuple[int, ...], turns: tuple[int, ...]) -> None:
    assert lags(*values) == turns


def test_they_are_bounded() -> None:
    assert len(lags(*range(0, 2), *(n % 2 for n in range(3 * TURNS)))) == TURNS


@pytest.mark.parametrize(
    ("values", "by", "down", "told"),
    [
        ((0, 20, 10), 20, 10, True),
        ((0, 20, 11), 20, 10, False),
        ((0, 19, 0), 20, 10, False),
        ((20, 0), 1, 1, False),
        ((20, 0, 5), 5, 0, True),
        ((5, 2, 30, 29, 31, 8), 29, 20, True),
        ((0,), 1, 0, False),
    ],
)
def test_it_has_to_grow_first_and_then_to_fall(
    values: tuple[int, ...], by: int, down: int, told: bool
) -> None:
    assert Followed(values).rose_and_fell(by, down) is told


def test_a_lag_is_of_all_partitions_or_not_known() -> None:
    assert behind(group({}, p0=90, p1=95), TOPIC, END) == 15
    assert behind(group({}, p0=90, p1=95), TOPIC, {(TOPIC, 0): 100}) is None
    assert behind(group({}), TOPIC, END) is None


TWO = group({"a": [0, 1], "b": [2]})
ONE = group({"a": [0, 1, 2]})


@pytest.mark.parametrize(
    ("looks", "deals"),
    [
        ((TWO,), 0),
        ((TWO, TWO), 0),
        ((TWO, ONE), 1),
        ((TWO, ONE, TWO), 2),
        # While partitions are dealt out nobody has any.
        ((TWO, group({"a": [], "b": []}, "PreparingRebalance"), TWO), 0),
        ((TWO, group({}, "Empty"), TWO), 0),
        # All ended, and others began.
        ((TWO, group({}, "Empty"), group({"c": [0, 1, 2]})), 0),
    ],
)
def test_partitions_that_go_from_one_to_another_are_a_deal(
    looks: tuple[Group, ...], deals: int
) -> None:
    assert after(*looks).deals == deals


def test_a_group_that_is_gone_is_forgotten() -> None:
    known = seen({}, [TWO], END, [TOPIC, "others"])
    assert set(known) == {("slow", TOPIC)}
    dealt: Dealt = known["slow", TOPIC].dealt
    assert ("a", (TOPIC, 1)) in dealt
    assert seen(known, [], END, [TOPIC]) == {}
