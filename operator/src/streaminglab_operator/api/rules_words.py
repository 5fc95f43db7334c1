"""The rule on words that the operator itself writes into charts, where names are filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from streaminglab_operator.placeholders import RESERVED
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.rules import Case, Rule


def _reserved(case: Case[SpecModel]) -> Iterator[str]:
    yield from _places("spec", case.new.to_dict())


def _places(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if RESERVED in key:
                yield f"{path}.{key}"
            yield from _places(f"{path}.{key}", item)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _places(f"{path}[{i}]", item)
    elif isinstance(value, str) and RESERVED in value:
        yield path


WORD_RULES: tuple[Rule, ...] = (
    # Without CEL: held against every text there is, it would cost more than all other rules.
    Rule(
        id="no-placeholder",
        at=("spec",),
        message=f"{RESERVED} stands for names that the operator fills in: write another word",
        check=_reserved,
    ),
)
