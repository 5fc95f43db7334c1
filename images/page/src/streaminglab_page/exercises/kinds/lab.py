"""A field of the lab's spec has a value. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Field, Kind, words

FIELD = r"[a-zA-Z0-9]+(\[[0-9]{1,3}\])?(\.[a-zA-Z0-9]+(\[[0-9]{1,3}\])?){0,9}"
MOST = 200


@dataclass(frozen=True, slots=True)
class LabCheck:
    """None: whatever value it has, as long as it is there."""

    field: str = ""
    value: str | None = None


def seen(asks: LabCheck, facts: Facts) -> bool:
    """Whether it is so."""
    found = _at(facts.spec, asks.field)
    return found is not None and asks.value in (None, _written(found))


def _at(spec: Mapping[str, Any], field: str) -> Any:
    here: Any = spec
    for name, number in re.findall(r"(\w+)|\[(\d+)\]", field):
        if number:
            here = here[int(number)] if isinstance(here, list) and int(number) < len(here) else None
        else:
            here = here.get(name) if isinstance(here, Mapping) else None
    return here


def _written(value: Any) -> str:
    """As people write it: `true`, `3`, `standard`."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


LAB = Kind(
    name="lab",
    says="A field of the lab's spec has a value.",
    source=Origin.SPEC,
    fields=(
        Field(
            "field",
            "where it is, without `spec.`: `inject.points`, `kafka.topics[0].name`",
            f"text of at most {MOST} letters",
            lambda at: at.words(MOST, FIELD, "field of a spec, such as inject.points"),
            needed=True,
        ),
        words("value", "its value as a text; that it is set will do if this is left out"),
    ),
    record=LabCheck,
    seen=seen,
)
