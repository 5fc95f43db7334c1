"""The check of a lab's spec, by the rules of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streaminglab_operator.api.kinds import LAB
from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.schema.validation import (
    InvalidSpec,
    Problem,
    broken_changes,
    broken_rules,
    parse,
)

__all__ = ["InvalidSpec", "Problem", "admit", "parse_spec", "validate_change", "validate_spec"]


def validate_spec(
    new: StreamingLabSpec, old: StreamingLabSpec | None = None, name: str = ""
) -> list[Problem]:
    """Every rule that `new` breaks (:func:`schema.validation.broken_rules`)."""
    return broken_rules(LAB, new, old, name)


def validate_change(new: StreamingLabSpec, old: StreamingLabSpec) -> list[Problem]:
    """The rules on changes alone (:func:`schema.validation.broken_changes`)."""
    return broken_changes(LAB, new, old)


def parse_spec(raw: Mapping[str, Any] | None) -> StreamingLabSpec:
    """The model of a spec; None and {} are the default lab. Raises InvalidSpec."""
    return parse(LAB, raw)


def admit(
    raw: Mapping[str, Any] | None, old: StreamingLabSpec | None = None, name: str = ""
) -> StreamingLabSpec:
    """Parse and check in one go; raises InvalidSpec with every problem found."""
    spec = parse_spec(raw)
    problems = validate_spec(spec, old, name)
    if problems:
        raise InvalidSpec(problems)
    return spec
