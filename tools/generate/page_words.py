"""What the lab's page knows of the operator: data/declared.json. It does not know its code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from streaminglab_operator.api.conditions import UNDER_WAY
from streaminglab_operator.api.reason_docs import REASONS
from streaminglab_operator.services import TABLE
from streaminglab_operator.services.base import Entry, Program
from tools.generate.cli_words import words
from tools.generate.french import french

PATH = Path("images/page/src/streaminglab_page/data/declared.json")


def declared_text() -> str:
    """The ways of the data between parts, and what the words of a status mean."""
    found = {
        "ways_of_data": list(ways_of_data(TABLE)),
        "under_way": [reason.value for reason in UNDER_WAY],
        **words(),
        "means": {reason.value: doc.meaning for reason, doc in REASONS.items()},
        "french": french(),
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def ways_of_data(table: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """From which component data goes to which, each way once."""
    said = dict.fromkeys(way for entry in table for way in _of(entry))
    yield from said


def _of(entry: Entry) -> Iterator[tuple[str, str]]:
    if not isinstance(entry, Program):
        yield from ((other, entry.component) for other in entry.takes_from)
    yield from ((entry.component, other) for other in entry.gives_to)
