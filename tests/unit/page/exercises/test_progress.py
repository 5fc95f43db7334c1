"""What was passed stays passed, through edits, restarts and whatever is seen later."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page.exercises.facts import Facts
from streaminglab_page.exercises.forms import page, status, stored
from streaminglab_page.exercises.progress import (
    Progress,
    State,
    advanced,
    begun,
    hint,
    open_checks,
    refused,
)
from streaminglab_page.exercises.sheet import ExerciseSet
from streaminglab_page.kafka.view import Partition, Topic
from tests.unit.page.exercises.sets import both, exercise, raw, sheet
from tests.unit.page.kafka.layouts import layout

NOW, LATER = "2026-11-28T09:00:00Z", "2026-11-28T10:00:00Z"
A, B, C = ({"topic": {"name": name}} for name in "abc")
HINTED = {**B, "hint": both("b lacks")}
SET = sheet(
    exercise("one", A, HINTED, hints=[both("softly")]), exercise("paper"), exercise("two", C)
)


def facts(*topics: str) -> Facts:
    found = (Topic(name, (Partition(0, 0, (0,), (0,)),)) for name in topics)
    return Facts(layout=layout(*found))


def states(progress: Progress) -> list[str]:
    return [str(standing.state) for standing in progress.standings]


def begin(found: ExerciseSet = SET, before: Progress | None = None, name: str = "mine") -> Progress:
    return begun(name, found, before or Progress(), NOW)


def test_all_begin_to_do_but_for_what_is_answered_on_paper() -> None:
    progress = begin()
    assert states(progress) == ["todo", "unchecked", "todo"]
    assert (progress.passed, progress.checked, progress.started_at) == (0, 2, NOW)


def test_each_check_is_remembered_until_all_are_seen() -> None:
    first = advanced(begin(), SET, facts("a"), NOW)
    assert states(first) == ["todo", "unchecked", "todo"]
    second = advanced(first, SET, facts("b"), LATER)
    assert states(second) == ["passed", "unchecked", "todo"]
    assert second.standings[0].passed_at == LATER
    assert advanced(second, SET, facts(), "later still") == second


def test_only_what_was_not_seen_yet_is_open() -> None:
    progress = advanced(begin(), SET, facts("a", "c"), NOW)
    assert [check.asks.name for check in open_checks(progress, SET)] == ["b"]


def test_the_hint_fits_what_was_seen() -> None:
    one = SET.exercises[0]
    progress = begin()
    assert hint(progress.standings[0], one).en == "softly"
    progress = advanced(progress, SET, facts("a"), NOW)
    assert hint(progress.standings[0], one).en == "b lacks"
    progress = advanced(progress, SET, facts("b"), NOW)
    assert not hint(progress.standings[0], one)


def test_a_set_that_is_edited_keeps_what_has_kept_its_name() -> None:
    passed = advanced(begin(), SET, facts("a", "b"), NOW)
    edited = sheet(
        exercise("two", C), exercise("one", {"topic": {"name": "z"}}), exercise("new", A)
    )
    after = begun("mine", edited, passed, LATER)
    assert [(one.name, str(one.state)) for one in after.standings] == [
        ("two", "todo"), ("one", "passed"), ("new", "todo"),
    ]  # fmt: skip
    assert after.started_at == NOW


def test_what_was_taken_out_of_a_set_is_passed_when_it_is_put_in_again() -> None:
    passed = advanced(begin(), SET, facts("a", "b", "c"), NOW)
    less = begun("mine", sheet(exercise("two", C)), passed, LATER)
    assert (states(less), less.checked) == (["passed"], 1)
    assert status(less, None)["former"] == [{"name": "one", "passedAt": NOW}]
    kept = stored(status(less, None))
    paper = begun("mine", sheet(exercise("one"), exercise("two", C)), kept, NOW)
    assert states(paper) == ["unchecked", "passed"]
    again = begun("mine", SET, paper, LATER)
    assert again == begun("mine", SET, passed, LATER)
    assert again.standings[0].passed_at == NOW
    assert "former" not in status(again, SET)


def test_what_was_taken_out_of_one_set_is_nothing_to_another() -> None:
    passed = advanced(begin(), SET, facts("a", "b", "c"), NOW)
    less = begun("mine", sheet(exercise("two", C)), passed, LATER)
    assert begun("other", SET, less, LATER).former == ()


def test_a_check_that_asks_for_something_else_was_not_seen() -> None:
    half = advanced(begin(), SET, facts("a"), NOW)
    edited = sheet(exercise("one", {"topic": {"name": "a", "partitions": 3}}, B))
    assert begun("mine", edited, half, LATER).standings[0].seen == ()


def test_another_set_begins_anew() -> None:
    passed = advanced(begin(), SET, facts("a", "b", "c"), NOW)
    other = begun("other", SET, passed, LATER)
    assert states(other) == ["todo", "unchecked", "todo"]
    assert other.started_at == LATER


def test_a_set_that_cannot_be_used_loses_nothing() -> None:
    passed = advanced(begin(), SET, facts("a", "b"), NOW)
    broken = refused("mine", passed, "exercises: is needed", LATER)
    assert (broken.problem, broken.standings) == ("exercises: is needed", passed.standings)
    assert begun("mine", SET, broken, LATER) == passed
    assert refused("other", passed, "no", LATER).standings == ()


def test_the_status_holds_all_that_must_outlive_the_page() -> None:
    progress = advanced(begin(), SET, facts("a", "c"), NOW)
    told = status(progress, SET)
    assert (told["set"], told["summary"], told["startedAt"]) == ("mine", "1/2", NOW)
    one, paper, two = told["items"]
    assert (one["state"], one["hint"], len(one["seen"])) == ("todo", both("b lacks"), 1)
    assert paper == {"name": "paper", "state": "unchecked"}
    assert two == {"name": "two", "state": "passed", "passedAt": NOW}
    assert begun("mine", SET, stored(told), LATER) == progress


def test_the_status_tells_why_a_set_cannot_be_used() -> None:
    told = status(refused("mine", Progress(), "no YAML", NOW), None)
    assert told == {
        "set": "mine", "summary": "0/0", "startedAt": NOW, "items": [], "problem": "no YAML",
    }  # fmt: skip


def test_a_browser_gets_its_language() -> None:
    progress = advanced(begin(), SET, facts("a"), NOW)
    french = page(progress, SET, "fr")
    assert (french["title"], french["passed"], french["checked"]) == ("a session (fr)", 0, 2)
    one = french["exercises"][0]
    assert (one["text"], one["hint"], one["hints"]) == (
        "do one (fr)",
        "b lacks (fr)",
        ["softly (fr)"],
    )
    assert (one["seen"], one["checks"], one["state"]) == (1, 2, "todo")
    assert page(Progress(), None, "en")["exercises"] == []


NAMES = st.sampled_from(["a", "b", "c"])
SHEETS = st.lists(
    st.tuples(st.sampled_from(["one", "two", "three"]), st.lists(NAMES, max_size=3)),
    min_size=1,
    max_size=3,
    unique_by=lambda pair: pair[0],
).map(
    lambda pairs: sheet(
        *(
            exercise(name, *({"topic": {"name": topic}} for topic in topics))
            for name, topics in pairs
        )
    )
)
EVENTS = st.lists(
    st.tuples(st.just("look"), st.sets(NAMES))
    | st.tuples(st.just("edit"), SHEETS)
    | st.tuples(st.just("restart"), st.none()),
    max_size=12,
)


@given(SHEETS, EVENTS)
def test_what_was_passed_stays_passed_whatever_comes(first: ExerciseSet, events: Any) -> None:
    now, progress, ever = first, begin(first), set[str]()
    for what, value in events:
        if what == "edit":
            now = value
        elif what == "restart":
            progress = stored(status(progress, now))
        progress = begun("mine", now, progress, LATER)
        if what == "look":
            progress = advanced(progress, now, facts(*value), LATER)
        checked = {one.name for one in now.exercises if one.checks}
        passed = {one.name for one in progress.standings if one.state is State.PASSED}
        assert ever & checked <= passed
        ever |= passed


FIELDS = ["set", "items", "former", "name", "state", "seen", "passedAt", "hint"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner),
    max_leaves=20,
)


@given(JSON)
def test_whatever_stands_in_a_status_is_taken_as_far_as_it_can_be(found: Any) -> None:
    progress = begun("mine", SET, stored(found), NOW)
    assert [one.name for one in progress.standings] == [each["name"] for each in raw_names()]


def raw_names() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = raw(exercise("one"), exercise("paper"), exercise("two"))[
        "exercises"
    ]
    return found
