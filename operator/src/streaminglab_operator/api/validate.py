"""The operator's own check of a spec: the same rules as the CRD's, for clusters without CEL.

Pure functions; nothing here raises for a bad spec except `parse_spec`, whose error carries the
same problems in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from streaminglab_operator.api.rules import RULES, Case
from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.errors import OperatorError
from streaminglab_operator.schema.paths import joined


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a lab: the field as a path, and what to write instead."""

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


def validate_spec(
    new: StreamingLabSpec, old: StreamingLabSpec | None = None, name: str = ""
) -> list[Problem]:
    """Every rule that `new` breaks, given the spec in force (`old`) and the lab's `name`.

    Without `old` the rules on changes are passed over, without `name` the rule on names.
    """
    case = Case(new=new, old=old, name=name)
    return [
        Problem(field=path, message=rule.message, rule=rule.id)
        for rule in RULES
        for path in rule.check(case)
    ]


def parse_spec(raw: Mapping[str, Any] | None) -> StreamingLabSpec:
    """The model of a spec as the API server gives it; None and {} are the default lab.

    Checks keys, types and bounds only; `validate_spec` has the rest. Raises InvalidSpec.
    """
    try:
        return StreamingLabSpec.model_validate(_without_nulls(raw or {}))
    except ValidationError as error:
        raise InvalidSpec([_problem(detail) for detail in error.errors()]) from None


def admit(
    raw: Mapping[str, Any] | None, old: StreamingLabSpec | None = None, name: str = ""
) -> StreamingLabSpec:
    """Parse and check in one go; raises InvalidSpec with every problem found."""
    spec = parse_spec(raw)
    problems = validate_spec(spec, old, name)
    if problems:
        raise InvalidSpec(problems)
    return spec


def _without_nulls(value: Any) -> Any:
    """As the API server does: a null is as good as a key that is not there."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(item) for item in value]
    return value


def _problem(detail: ErrorDetails) -> Problem:
    field = joined(detail["loc"])
    if detail["type"] == "extra_forbidden":
        return Problem(field, "unknown key; see `kubectl explain slab.spec`", "unknown-key")
    message = detail["msg"][:1].lower() + detail["msg"][1:]
    return Problem(field, f"{message}, not {detail['input']!r}"[:300], "schema")
