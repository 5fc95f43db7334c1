"""A subject of the schema registry. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Field, Kind, whole, words

TYPES = ("AVRO", "JSON", "PROTOBUF")
MOST = 1000


@dataclass(frozen=True, slots=True)
class SchemaCheck:
    """Empty: whichever."""

    subject: str = ""
    type: str = ""
    versions: int = 1


def seen(asks: SchemaCheck, facts: Facts) -> bool:
    """Whether the registry has it."""
    found = facts.schemas.get(asks.subject)
    return found is not None and asks.type in ("", found.type) and found.versions >= asks.versions


SCHEMA = Kind(
    name="schema",
    says="The schema registry has a subject.",
    source=Origin.SCHEMAS,
    fields=(
        words("subject", "the subject, such as `readings-value`", needed=True),
        Field(
            "type",
            "the language of its newest schema",
            ", ".join(f"`{name}`" for name in TYPES),
            lambda at: at.one_of(TYPES),
        ),
        whole("versions", "it has at least so many versions; 1 if it is left out", 1, MOST),
    ),
    record=SchemaCheck,
    seen=seen,
)
