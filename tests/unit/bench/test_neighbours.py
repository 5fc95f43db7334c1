"""Which labs are in trouble, and how a pair of runs becomes two lines."""

import pytest

from bench.curve import Curve
from bench.neighbours import Course, Half, pair
from bench.options import Options
from bench.seen import Seen


@pytest.mark.parametrize(("labs", "in_trouble"), [(1, 1), (10, 1), (100, 10), (7, 3)])
def test_the_others_are_as_many_as_were_asked_for(labs: int, in_trouble: int) -> None:
    course = Course(Options(labs=labs), in_trouble)
    assert len(course.others) == labs
    assert len(set(course.troubled)) == in_trouble
    assert set(course.others) | set(course.troubled) == set(course.names)
    assert not set(course.others) & set(course.troubled)
    assert len(course.bystanders) == in_trouble
    assert not set(course.bystanders) & set(course.names)


def half(ready: float, edit: float, others: float = 0.0) -> Half:
    curve = Curve([0.0], [ready])
    return Half(
        Seen("roll-out", 1, ready, curve=curve, others=others),
        Seen("edits", 1, edit, curve=Curve([0.0], [edit]), others=others),
    )


@pytest.mark.parametrize(
    ("ready", "edit", "reached"),
    [(10.4, 1.04, [True, True]), (10.7, 1.0, [False, True]), (10.0, 1.1, [True, False])],
)
def test_the_others_may_lose_one_part_in_twenty(
    ready: float, edit: float, reached: list[bool]
) -> None:
    made = pair(Course(Options(labs=1), 1), "stuck", half(ready, edit), half(10.0, 1.0))
    assert [report.reached for report in made] == reached


def test_a_pair_that_was_not_measured_alike_is_void() -> None:
    course = Course(Options(labs=1), 1)
    made = pair(course, "slow", half(10.0, 1.0, others=0.5), half(10.0, 1.0))
    assert all(report.void for report in made)


def test_edits_after_a_roll_out_that_failed_are_void() -> None:
    broken = Half(Seen("roll-out", failure="9 of 10 after 900 s"))
    made = pair(Course(Options(labs=1), 1), "slow", broken, half(10.0, 1.0))
    assert all(report.void for report in made)
