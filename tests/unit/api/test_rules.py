"""The table of rules: complete, and read by Python as it is written."""

import pytest
from hypothesis import given, settings

from streaminglab_operator.api import LAB, StreamingLabSpec, admit, parse_spec, validate_spec
from streaminglab_operator.api.crd import root_schema, schema_at
from streaminglab_operator.api.rules import RULES, Rule
from streaminglab_operator.api.validate import InvalidSpec
from streaminglab_operator.schema.rules import quoted
from tests.admission_cases import (
    BAD,
    BAD_FOR_OPERATOR,
    GOOD_CHANGES,
    SCHEMA_BAD,
    BadCase,
    GoodChange,
)
from tests.strategies import Raw, changes, specs


@pytest.mark.parametrize("case", BAD, ids=str)
def test_a_bad_spec_is_refused_by_its_rule_alone(case: BadCase) -> None:
    old = parse_spec(case.old) if case.old is not None else None
    problems = validate_spec(parse_spec(case.new), old, case.name)
    assert {problem.rule for problem in problems} == {case.rule}
    assert problems[0].field.startswith(case.field)


@pytest.mark.parametrize("case", SCHEMA_BAD, ids=str)
def test_a_bad_type_bound_or_key_is_refused_naming_the_field(case: BadCase) -> None:
    with pytest.raises(InvalidSpec) as refused:
        admit(case.new, name=case.name)
    assert [problem.field for problem in refused.value.problems] == [case.field]
    assert case.field in str(refused.value)


@pytest.mark.parametrize("change", GOOD_CHANGES, ids=str)
def test_a_harmless_change_is_admitted(change: GoodChange) -> None:
    assert validate_spec(parse_spec(change.new), parse_spec(change.old), "meteo") == []


@pytest.mark.parametrize("case", BAD_FOR_OPERATOR, ids=str)
def test_what_the_api_server_cannot_say_is_refused_by_the_operator(case: BadCase) -> None:
    problems = validate_spec(parse_spec(case.new), None, case.name)
    assert {problem.rule for problem in problems} == {case.rule}
    assert problems[0].field.startswith(case.field)


def test_every_rule_has_a_case_that_breaks_it() -> None:
    assert {case.rule for case in (*BAD, *BAD_FOR_OPERATOR)} == {rule.id for rule in RULES}


def test_rule_ids_are_different() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_every_rule_stands_in_the_schema_with_its_message(rule: Rule) -> None:
    root = root_schema(LAB)
    for place in rule.at:
        node = schema_at(root, place)
        if rule.cel:
            found = [v for v in node["x-kubernetes-validations"] if v["rule"] == rule.cel]
            assert [entry["message"] for entry in found] == [rule.message]
            longer = [entry.get("messageExpression", quoted(rule.message)) for entry in found]
            assert all(quoted(rule.message)[1:-1] in expression for expression in longer)
        elif rule.schema:
            assert rule.schema in node
        else:
            assert rule.id in {case.rule for case in BAD_FOR_OPERATOR}


def test_the_schema_holds_no_rule_that_python_does_not_know() -> None:
    known = {rule.cel for rule in RULES}
    assert {entry["rule"] for entry in _validations(root_schema(LAB))} == known - {""}


def _validations(node: object) -> list[dict[str, str]]:
    if isinstance(node, list):
        return [entry for item in node for entry in _validations(item)]
    if not isinstance(node, dict):
        return []
    own = node.get("x-kubernetes-validations", [])
    return list(own) + [entry for child in node.values() for entry in _validations(child)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_messages_fit_one_line_and_say_what_to_write(rule: Rule) -> None:
    assert "\n" not in rule.message
    assert 20 < len(rule.message) < 300


@given(specs())
@settings(max_examples=100, deadline=None)
def test_any_admissible_spec_is_admitted_and_may_be_applied_again(raw: Raw) -> None:
    spec = admit(raw, name="meteo")
    assert admit(spec.to_dict(), old=spec, name="meteo") == spec


@given(changes())
@settings(max_examples=100, deadline=None)
def test_a_change_is_either_admitted_or_refused_with_a_field_of_the_spec(
    change: tuple[Raw, Raw],
) -> None:
    old = parse_spec(change[0])
    try:
        found = admit(change[1], old=old, name="meteo")
    except InvalidSpec as refused:
        assert all(problem.field.startswith("spec") for problem in refused.problems)
    else:
        assert isinstance(found, StreamingLabSpec)


def test_no_rule_puts_lists_together() -> None:
    """Kubernetes 1.29 takes such a list to have no end, and refuses the CRD by its cost."""
    assert [rule.id for rule in RULES if "+ [" in rule.cel or "] +" in rule.cel] == []
