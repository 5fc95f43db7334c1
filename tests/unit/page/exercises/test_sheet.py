"""A set is read whole, or refused with the place of each mistake."""

import copy
import io
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.schema.exercises import ExercisesSpec
from streaminglab_page.exercises.__main__ import main
from streaminglab_page.exercises.cursor import MOST_PROBLEMS
from streaminglab_page.exercises.kinds import KINDS
from streaminglab_page.exercises.sheet import LARGEST, SetRefused, load
from tests.unit.page.exercises.sets import TOPIC, both, exercise, raw, sheet, written


def problems(found: Any) -> list[str]:
    with pytest.raises(SetRefused) as refused:
        load(found if isinstance(found, bytes) else written(found))
    return [str(problem) for problem in refused.value.problems]


def test_a_set_is_read_whole() -> None:
    hint = {"hints": [both("softly"), both("plainly")]}
    found = sheet(exercise("one", {**TOPIC, "hint": both("count")}, **hint), exercise("paper"))
    assert found.title.in_language("fr") == "a session (fr)"
    one, paper = found.exercises
    assert (one.name, one.title.en, one.text.fr) == ("one", "one", "do one (fr)")
    assert [each.en for each in one.hints] == ["softly", "plainly"]
    (check,) = one.checks
    assert (check.kind.name, check.asks.name, check.asks.partitions) == ("topic", "orders", 3)
    assert check.hint.in_language("en") == "count"
    assert paper.checks == ()


SETS = sorted(files("streaminglab_page.exercises").joinpath("sets").iterdir(), key=str)


@pytest.mark.parametrize("file", SETS, ids=lambda file: str(file.name))
def test_every_set_that_comes_along_can_be_used(file: Any) -> None:
    found = load(file.read_bytes())
    assert any(exercise.checks for exercise in found.exercises)


def test_the_spec_names_the_sets_that_come_along() -> None:
    (named, _) = ExercisesSpec.model_json_schema()["properties"]["set"]["anyOf"]
    assert {f"{name}.yaml" for name in named["enum"]} == {file.name for file in SETS}


def broken(change: Any) -> dict[str, Any]:
    """A good set in which something was changed."""
    found = copy.deepcopy(raw(exercise("one", TOPIC, hints=[both("a")])))
    change(found["exercises"][0])
    return found


MISTAKES: list[tuple[Any, str]] = [
    (lambda e: e.pop("title"), "exercises[0].title: is needed"),
    (lambda e: e["title"].pop("fr"), "exercises[0].title.fr: is needed"),
    (
        lambda e: e.update(title="t"),
        "exercises[0].title: has to be a mapping with en, fr",
    ),
    (
        lambda e: e.update(solution="x"),
        "exercises[0]: there is no field 'solution'; known are name, title, text, hints, checks",
    ),
    (
        lambda e: e.update(name="Not-A-Label"),
        "exercises[0].name: is no name: small letters, digits and '-', 40 at most",
    ),
    (
        lambda e: e["text"].update(en="x" * 2001),
        "exercises[0].text.en: has 2001 letters, and may have 1 to 2000",
    ),
    (
        lambda e: e["text"].update(en=False),
        "exercises[0].text.en: has to be a text of 1 to 2000 letters; put it in quotes",
    ),
    (
        lambda e: e["text"].update(en={"fr": "x"}),
        "exercises[0].text.en: has to be a text of 1 to 2000 letters; put it in quotes",
    ),
    (
        lambda e: e["title"].update(fr="  "),
        "exercises[0].title.fr: is empty: write 1 to 120 letters",
    ),
    (
        lambda e: e.update(checks=[{"topics": {"name": "a"}}]),
        f"exercises[0].checks[0]: there is no field 'topics'; known are {', '.join(KINDS)}, hint",
    ),
    (
        lambda e: e.update(checks=[{"topic": ["a"]}]),
        "exercises[0].checks[0].topic: has to be a mapping with name, partitions, replicas, config",
    ),
    (lambda e: e.update(checks={"topic": {}}), "exercises[0].checks: has to be a list of 0 to 8"),
    (
        lambda e: e["text"].update(en="x" * 400_000),
        "exercises[0].text.en: has 400000 letters, and may have 1 to 2000",
    ),
    (
        lambda e: e.update(hints=[both("a")] * 6),
        "exercises[0].hints: has 6 entries, and may have 0 to 5",
    ),
    (
        lambda e: e["hints"][0].update(fr="x" * 401),
        "exercises[0].hints[0].fr: has 401 letters, and may have 1 to 400",
    ),
    (
        lambda e: e.update(checks=[TOPIC] * 9),
        "exercises[0].checks: has 9 entries, and may have 0 to 8",
    ),
    (
        lambda e: e["checks"][0]["topic"].update(partitions="3"),
        "exercises[0].checks[0].topic.partitions: has to be a whole number from 1 to 1000",
    ),
    (
        lambda e: e["checks"][0]["topic"].update(partitions=True),
        "exercises[0].checks[0].topic.partitions: has to be a whole number from 1 to 1000",
    ),
    (
        lambda e: e["checks"][0]["topic"].update(name="a b"),
        "exercises[0].checks[0].topic.name: is no name of a topic",
    ),
    (
        lambda e: e["checks"][0]["topic"].update(config={"retention.ms": 60000}),
        "exercises[0].checks[0].topic.config.retention.ms: has to be a text of 1 to 512 letters; "
        "put it in quotes",
    ),
    (
        lambda e: e["checks"][0].update(isr={"left": True}),
        f"exercises[0].checks[0]: has to have exactly one of {', '.join(KINDS)}",
    ),
    (
        lambda e: e.update(checks=[{"isr": {"topic": "orders"}}]),
        "exercises[0].checks[0].isr: needs left, returned, or both",
    ),
    (
        lambda e: e.update(checks=[{"isr": {"left": False}}]),
        "exercises[0].checks[0].isr.left: is true, or left out",
    ),
    (
        lambda e: e.update(checks=[{"connector": {"state": "running"}}]),
        "exercises[0].checks[0].connector.state: has to be one of RUNNING, PAUSED, STOPPED, FAILED",
    ),
    (
        lambda e: e.update(checks=[{"lab": {"field": "spec['a']"}}]),
        "exercises[0].checks[0].lab.field: is no field of a spec, such as inject.points",
    ),
]


@pytest.mark.parametrize(("change", "said"), MISTAKES, ids=[said for _, said in MISTAKES])
def test_a_mistake_is_told_with_its_place(change: Any, said: str) -> None:
    assert problems(broken(change)) == [said]


def test_several_mistakes_are_told_at_once_and_not_without_end() -> None:
    found = raw(*(exercise(f"e{n}", {"topic": {}}) for n in range(30)))
    assert len(problems(found)) == MOST_PROBLEMS
    assert problems(raw(exercise("a"), exercise("a"))) == [
        "exercises[1].name: there is another exercise 'a': each needs a name of its own"
    ]


@pytest.mark.parametrize("most", [0, 61, 2000])
def test_a_set_has_one_exercise_to_sixty(most: int) -> None:
    found = {**raw(), "exercises": [exercise(f"e{n}") for n in range(most)]}
    assert problems(found) == [f"exercises: has {most} entries, and may have 1 to 60"]


def test_what_is_no_yaml_or_too_large_is_refused() -> None:
    (said,) = problems(b"title: [")
    assert said.startswith("line 1: this is no YAML: while parsing")
    assert problems(b"title: x\ntitle: y\n") == ["line 2: 'title' stands there twice: take one out"]
    assert problems(b"x" * (LARGEST + 1)) == ["the set has more than 512 KiB"]
    deep = "line 1: more than 20 levels, one in another: no set is like that"
    assert problems(b"[" * 100_000) == [deep]
    assert problems(b"") == ["has to be a mapping with title, exercises"]


def test_an_alias_is_not_followed() -> None:
    bomb = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert problems(bomb) == ["line 2: write out what *a stands for: no aliases here"]


def test_hints_cannot_go_round_in_a_circle() -> None:
    text = written(raw(exercise("one", hints=[both("a")])))
    circle = text.replace(b"hints:", b"hints: &h").replace(b"en: a\n", b"en: *h\n", 1)
    assert circle.count(b"&h") == circle.count(b"*h") == 1
    (said,) = problems(circle)
    assert said.endswith("write out what *h stands for: no aliases here")


YAML = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "exercises", "name", "text", "hints", "checks", "en", *KINDS])
            | st.integers(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(YAML)
def test_whatever_is_written_there_it_is_a_set_or_refused(found: Any) -> None:
    try:
        assert load(written(found)).exercises
    except SetRefused as error:
        assert 1 <= len(error.problems) <= MOST_PROBLEMS


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        (written(raw(exercise("one", TOPIC), exercise("two"))), 0, "2 exercises, 1 of them with"),
        (b"{}", 1, "title: is needed\nexercises: is needed\n"),
    ],
)
def test_an_author_can_try_a_set(
    found: bytes,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(found)))
    assert main() == code
    assert capsys.readouterr().out.startswith(said)
