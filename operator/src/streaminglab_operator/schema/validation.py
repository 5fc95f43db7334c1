"""The operator's own check of a spec: the same rules as the CRD's, for clusters without CEL.

Pure functions; nothing here raises for a bad spec except `parse` and `admit`, whose error carries
the same problems in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from streaminglab_operator.errors import OperatorError
from streaminglab_operator.schema.kinds import Kind, S, T
from streaminglab_operator.schema.paths import joined
from streaminglab_operator.schema.rules import Case, Rule


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an object: the field as a path, and what to write instead."""

    field: str
    message: str
    rule: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class InvalidSpec(OperatorError):
    """A spec that the operator does not act on. `problems` has one entry per bad field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def broken_rules(kind: Kind[S, T], new: S, old: S | None = None, name: str = "") -> list[Problem]:
    """Every rule that `new` breaks, given the spec in force (`old`) and the object's `name`.

    Without `old` the rules on changes are passed over, without `name` the rule on names.
    """
    return _broken(kind.rules, Case(new=new, old=old, name=name))


def broken_changes(kind: Kind[S, T], new: S, old: S) -> list[Problem]:
    """The rules on changes that `new` breaks, where all others were checked before: they cost a
    hundred times as much."""
    return _broken([rule for rule in kind.rules if rule.on_change], Case(new=new, old=old))


def _broken(rules: Iterable[Rule], case: Case[Any]) -> list[Problem]:
    return [
        Problem(field=path, message=rule.message, rule=rule.id)
        for rule in rules
        for path in rule.check(case)
    ]


def parse(kind: Kind[S, T], raw: Mapping[str, Any] | None) -> S:
    """The model of a spec as the API server gives it; None is as good as {}.

    Checks keys, types and bounds only; `broken_rules` has the rest. Raises InvalidSpec.
    """
    try:
        return kind.spec.model_validate(_without_nulls(raw or {}))
    except ValidationError as error:
        raise InvalidSpec([_problem(kind, detail) for detail in error.errors()]) from None


def _without_nulls(value: Any) -> Any:
    """As the API server does: a null is as good as a key that is not there."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(item) for item in value]
    return value


def _problem(kind: Kind[S, T], detail: ErrorDetails) -> Problem:
    field = joined(detail["loc"])
    if detail["type"] == "extra_forbidden":
        where = f"see `kubectl explain {kind.short_names[0]}.spec`"
        return Problem(field, f"unknown key; {where}", "unknown-key")
    message = detail["msg"][:1].lower() + detail["msg"][1:]
    return Problem(field, f"{message}, not {detail['input']!r}"[:300], "schema")
