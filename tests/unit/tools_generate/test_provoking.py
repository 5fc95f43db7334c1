"""Every reason that a lab can say was provoked, and the page names by which test."""

import pytest

from streaminglab_operator.api import Reason
from tools.generate.conditions_page import conditions_page
from tools.generate.provoking import ROOT, marks, provoking

SOURCE = """
@pytest.mark.provokes(Reason.PAUSED, Reason.STALLED)
async def test_one(world): ...

@pytest.mark.parametrize("word", [
    "nothing",
    pytest.param("a", marks=pytest.mark.provokes(Reason.EVICTED)),
])
def test_two(word): ...

@pytest.mark.exclusive
def test_three(): ...
"""


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_every_reason_is_provoked_by_a_component_test(reason: Reason) -> None:
    assert provoking()[reason], (
        f"nothing provokes the reason {reason.value}: write a test in tests/component/operator "
        f"that makes a lab's status say it, put @pytest.mark.provokes(Reason.{reason.name}) over "
        "it (it fails if no status has the reason), and run `make generate`; or take the reason "
        "out of api/reasons.py"
    )


def test_marks_are_found_over_tests_and_at_their_parameters() -> None:
    assert list(marks(SOURCE)) == [
        ("test_one", Reason.PAUSED),
        ("test_one", Reason.STALLED),
        ("test_two", Reason.EVICTED),
    ]


def test_a_mark_with_a_word_that_is_no_reason_is_an_error() -> None:
    with pytest.raises(KeyError, match="NO_SUCH"):
        list(marks("@pytest.mark.provokes(Reason.NO_SUCH)\ndef test_it(): ..."))


def test_the_page_names_for_each_reason_a_test_that_is_there() -> None:
    rows = conditions_page().partition("## Reasons")[2]
    for reason, tests in provoking().items():
        (row,) = [line for line in rows.splitlines() if line.startswith(f"| `{reason.value}` |")]
        for by in tests:
            assert f"[{by.test}](../../{by.path})" in row
            assert f"def {by.test}(" in (ROOT / by.path).read_text(encoding="utf-8")
