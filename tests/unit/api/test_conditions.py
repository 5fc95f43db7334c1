"""The table of conditions and reasons, and the code that uses it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import streaminglab_operator
from streaminglab_operator.api import CONDITIONS, REASONS, ConditionType, Reason

SOURCE = Path(streaminglab_operator.__file__).parent
KNOWN = {reason.value for reason in Reason}


def test_every_condition_is_described() -> None:
    assert list(CONDITIONS) == list(ConditionType)


def test_every_reason_is_described() -> None:
    assert set(REASONS) == set(Reason)


@pytest.mark.parametrize("reason", REASONS, ids=str)
def test_a_reason_is_one_word_and_its_meaning_a_sentence(reason: Reason) -> None:
    assert reason.value.isalpha()
    assert reason.value[0].isupper()
    doc = REASONS[reason]
    assert doc.meaning.endswith(".")
    assert not doc.remedy or doc.remedy.endswith(".")


@pytest.mark.parametrize("kind", CONDITIONS, ids=str)
def test_a_condition_can_be_true_and_false_with_reasons_of_their_own(kind: ConditionType) -> None:
    reasons = CONDITIONS[kind].reasons
    # What is there only while something is wrong, is never true.
    assert reasons.get("True") or "There only while" in CONDITIONS[kind].meaning
    assert reasons["False"]
    assert all(len(set(group)) == len(group) for group in reasons.values())


def test_every_reason_belongs_to_a_condition() -> None:
    used = {
        reason for doc in CONDITIONS.values() for group in doc.reasons.values() for reason in group
    }
    assert set(Reason) == used


def _culprits() -> Iterator[tuple[str, str]]:
    """File and reason of every `Culprit(Reason.X, ...)` and `Culprit("X", ...)` in the operator."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if not (named and node.func.id == "Culprit" and node.args):  # type: ignore[attr-defined]
                continue
            reason = node.args[0]  # type: ignore[attr-defined]
            if isinstance(reason, ast.Constant):
                yield str(path.relative_to(SOURCE)), str(reason.value)
            elif isinstance(reason, ast.Attribute) and ast.unparse(reason.value) == "Reason":
                yield str(path.relative_to(SOURCE)), Reason[reason.attr].value


def test_every_reason_that_the_operator_writes_is_in_the_table() -> None:
    found = list(_culprits())
    assert found
    assert [(file, reason) for file, reason in found if reason not in KNOWN] == []
