"""What one rule of the API is made of, and the rules that look alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from streaminglab_operator.schema import units
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.paths import values_at

S_co = TypeVar("S_co", bound=SpecModel, covariant=True)


@dataclass(frozen=True)
class Case(Generic[S_co]):
    """One admission: the new spec, the one that is in force (None for a new lab), the name."""

    new: S_co
    old: S_co | None = None
    name: str = ""

    @cached_property
    def raw(self) -> dict[str, Any]:
        """The new spec as the API server stores it. Written once for all rules: that of a large
        one takes milliseconds."""
        return {"spec": self.new.to_dict()}

    @cached_property
    def raw_old(self) -> dict[str, Any]:
        """The spec that is in force, likewise; empty of a new lab."""
        return {} if self.old is None else {"spec": self.old.to_dict()}


Check = Callable[[Case[Any]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, with its two executions and its one message.

    `at` are the places of the schema that carry the CEL expression ("" is the root, "[]" the
    items of a list); `self` in `cel` is the value there. `field_path` is what the API server
    names instead of that place, relative to it. `check` gives the full path of every field
    that breaks the rule. `cel_message`, where there is one, is CEL for a longer message, which
    holds `message`. `cel` is empty when the schema says it by other means (`schema`), or when the
    API server cannot say it at all: then the operator alone refuses the spec, in the status.
    `form` is JSON Schema that says the same, or most of it, where there is no CEL: in a form, and
    for Helm, which checks values before anything is made.
    """

    id: str
    at: tuple[str, ...]
    message: str
    check: Check
    cel: str = ""
    cel_message: str = ""
    field_path: str = ""
    schema: str = ""
    form: Mapping[str, Any] | None = None

    @property
    def on_change(self) -> bool:
        """Whether the rule compares with the spec in force, and so passes for a new lab."""
        return "oldSelf" in self.cel


def failing(paths: tuple[str, ...], fine: Callable[[Any], bool]) -> Check:
    """The check that gives every value at `paths` that is set and not `fine`."""

    def check(case: Case[SpecModel]) -> Iterator[str]:
        for pattern in paths:
            for path, value in values_at(case.raw, pattern):
                if not fine(value):
                    yield path

    return check


def matches(what: str, pattern: str) -> str:
    """CEL for `what` having the format."""
    return f"{what}.matches({quoted(pattern)})"


def quoted(text: str) -> str:
    """A string as CEL writes it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def format_rule(format_: Format, *at: str) -> Rule:
    """The rule that every value at these places has one format."""
    return Rule(
        id=format_.id,
        at=at,
        cel=matches("self", format_.pattern),
        form={"pattern": format_.pattern},
        message=format_.message,
        check=failing(at, lambda text: units.fits(format_.pattern, text)),
    )


def fixed_rule(id_: str, path: str, message: str) -> Rule:
    """The rule that the value at `path` stays as it is while its part of the spec is there.

    Only for fields with a default: absent and present are not compared.
    """

    def check(case: Case[SpecModel]) -> Iterator[str]:
        pairs = zip(values_at(case.raw, path), values_at(case.raw_old, path), strict=False)
        for (_, new), (_, old) in pairs:
            if new != old:
                yield path

    return Rule(id=id_, at=(path,), cel="self == oldSelf", message=message, check=check)
