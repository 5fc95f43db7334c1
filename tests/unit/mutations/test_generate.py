"""The edits are made from the schema: all of it, the same each time."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from pydantic import ValidationError

from streaminglab_operator.api import InvalidSpec, admit
from tests.mutations import judge
from tests.mutations.declared import Declared
from tests.mutations.generate import all_plans, sample, somewhere
from tests.mutations.labs import labs
from tests.mutations.plan import Plan
from tests.mutations.schema import found, leaves, places, shown, steps
from tests.mutations.values import BAD, GOOD, format_of

LEAVES = {place.path for place in leaves()}


def test_there_are_a_thousand_edits_and_more_of_each_sort() -> None:
    sorts = Counter(plan.sort for plan in all_plans())
    assert sum(sorts.values()) >= 1000
    assert set(sorts) == {"valid", "boundary", "hostile", "bad", "null", "taken"}
    assert min(sorts.values()) >= 100


def test_every_place_of_the_schema_is_filled_in_some_lab() -> None:
    assert len(LEAVES) > 100
    assert [place.path for place in places() if not list(somewhere(place))] == []


def test_every_leaf_is_set_otherwise_made_wrong_and_taken_out() -> None:
    sorts: dict[str, set[str]] = defaultdict(set)
    for plan in all_plans():
        sorts[plan.place].add(plan.sort)
    for path in LEAVES:
        assert sorts[path] >= {"valid", "bad", "taken", "null"}, path


def test_every_text_is_tried_with_texts_that_somebody_might_read_otherwise() -> None:
    texts = {place.path for place in leaves() if place.type == "string"}
    tried = Counter(plan.place for plan in all_plans() if plan.sort == "hostile")
    assert all(tried[path] >= 50 for path in texts)


def test_for_every_place_there_is_an_edit_that_is_let_in_and_changes_something() -> None:
    """What `make test-mutations` asks of its outcomes at its end, as far as the rules tell it."""
    plans: dict[str, list[Plan]] = defaultdict(list)
    for plan in all_plans():
        if plan.sort not in ("bad", "null"):
            plans[plan.place].append(plan)
    declared = Declared()
    for place in places():
        here = plans[place.path]
        reached = any(not judge.problems(p) and not judge.same(p) for p in here)
        assert reached or declared.allows("one-sided", here[0], "reached"), place.path


def test_the_plans_are_the_same_each_time_and_each_has_a_name_of_its_own() -> None:
    names = [plan.name() for plan in all_plans()]
    all_plans.cache_clear()
    assert names == [plan.name() for plan in all_plans()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", labs())
def test_the_labs_themselves_are_admitted(name: str) -> None:
    admit(labs()[name], name="meteo")


def test_what_is_called_bad_is_refused_in_a_new_lab_too() -> None:
    for plan in all_plans():
        if plan.sort == "bad":
            with pytest.raises(InvalidSpec):
                admit(plan.after(), name="meteo")


def test_whichever_of_two_fields_is_edited_the_refusal_names_it() -> None:
    """A rule that holds fields against each other knows not which of them somebody has written."""
    plain = [plan for plan in all_plans() if plan.sort in ("valid", "boundary", "taken")]
    refused = [(plan, found) for plan in plain if (found := judge.problems(plan))]
    assert len(refused) > 50
    assert [plan.text() for plan, found in refused if not judge.named(plan, found)] == []


def test_every_format_has_its_examples() -> None:
    words = set(format_of().values())
    assert words == set(GOOD)
    assert set(BAD) <= words


def test_an_edit_changes_the_lab_in_one_place_and_leaves_the_table_of_labs_alone() -> None:
    before = json.dumps(labs())
    for plan in sample(200):
        assert plan.before() == labs()[plan.lab]
        assert plan.after() != plan.before() or plan.value == plan.before(), plan.field
    assert json.dumps(labs()) == before


def test_a_plan_is_a_file_that_reads_as_the_same_plan(tmp_path: Path) -> None:
    for plan in sample(300):
        again = Plan.read(plan.write(tmp_path))
        assert again.text() == plan.text()


def test_a_file_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"lab": "default", "place": "spec.weather", "att": ["weather"]}')
    with pytest.raises(ValidationError, match="att"):
        Plan.read(path)


def test_a_place_of_the_schema_is_found_in_a_spec() -> None:
    path = "spec.kafka.topics[].config{}"
    assert steps(path) == ("kafka", "topics", "[]", "config", "{}")
    spec = {"kafka": {"topics": [{"name": "a"}, {"name": "b", "config": {"x.y": "1"}}]}}
    (at,) = found(path, spec)
    assert at == ("kafka", "topics", 1, "config", "x.y")
    assert shown(at) == "spec.kafka.topics[1].config.x.y"
