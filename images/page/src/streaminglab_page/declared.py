"""What the operator has declared, as this version of it does: data/declared.json, generated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Declared:
    """``ways_of_data``: from which part data goes to which; ``cures``: reason -> what to do."""

    ways_of_data: tuple[tuple[str, str], ...] = ()
    cures: Mapping[str, str] = field(default_factory=dict)


@cache
def declared() -> Declared:
    """All of it."""
    text = (files("streaminglab_page") / "data" / "declared.json").read_text(encoding="utf-8")
    found = json.loads(text)
    ways = tuple((start, end) for start, end in found["ways_of_data"])
    return Declared(ways, found["cures"])
