"""How far somebody is with the exercises: the one part of a status that the lab's page writes.

No field has a default: what the page wrote is given back as it was, whatever else is written.
"""

from __future__ import annotations

from pydantic import Field

from streaminglab_operator.schema.parts import list_map
from streaminglab_operator.schema.status import StatusModel


class HintStatus(StatusModel):
    """A hint, in two languages."""

    en: str | None = Field(default=None, description="The hint in English.")
    fr: str | None = Field(default=None, description="The hint in French.")


class ExerciseStatus(StatusModel):
    """One exercise."""

    name: str = Field(description="The exercise. Example: topic-of-three")
    state: str = Field(
        description="Where it stands: todo; passed, which it stays; or unchecked, a question to be "
        "answered on paper. Example: passed"
    )
    passed_at: str | None = Field(
        default=None,
        json_schema_extra={"format": "date-time"},
        description="When it was passed. Example: 2026-01-31T09:00:00Z",
    )
    seen: list[str] | None = Field(
        default=None,
        description="Which of its checks were seen, by checksums of what they ask; for the page's "
        "own use, while not all of them were.",
    )
    hint: HintStatus | None = Field(
        default=None, description="The hint that fits what was seen so far."
    )


class MarkStatus(StatusModel):
    """Where one topic stood when the exercises began."""

    topic: str = Field(description="The topic. Example: weather")
    offsets: list[int] = Field(
        description="The offset of each partition, by its number; of partitions that are not in "
        "the list, and of a topic of later, everything counts."
    )


class FormerStatus(StatusModel):
    """An exercise that was passed and is not in the set any more."""

    name: str = Field(description="The exercise. Example: topic-of-three")
    passed_at: str | None = Field(
        default=None,
        json_schema_extra={"format": "date-time"},
        description="When it was passed. Example: 2026-01-31T09:00:00Z",
    )


class ExercisesStatus(StatusModel):
    """How far somebody is with the exercises of the lab."""

    set: str = Field(
        description="The set: one that comes along, or configMap/ and a name. Example: '000'"
    )
    summary: str = Field(
        description="Exercises that are passed, of those that can be. Example: 3/12"
    )
    started_at: str | None = Field(
        default=None,
        json_schema_extra={"format": "date-time"},
        description="When the set was first looked at: messages and changes count from then on. "
        "Example: 2026-01-31T09:00:00Z",
    )
    problem: str | None = Field(
        default=None,
        description="Why the set cannot be used, with the place in its YAML.",
    )
    former: list[FormerStatus] | None = Field(
        default=None,
        json_schema_extra=list_map("name"),
        description="What was passed and has been taken out of the set since: put in again under "
        "its name, it is passed still.",
    )
    marks: list[MarkStatus] | None = Field(
        default=None,
        json_schema_extra=list_map("topic"),
        description="Where topics stood when the exercises began; for the page's own use.",
    )
    items: list[ExerciseStatus] = Field(
        json_schema_extra=list_map("name"), description="The exercises, in their order."
    )
