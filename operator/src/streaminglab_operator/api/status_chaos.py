"""`status.chaos`: how far the chaos that the spec declares has come."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from streaminglab_operator.schema.status import StatusModel


class ChaosState(StrEnum):
    """A chaos in one word."""

    WAITING = "Waiting"
    RUNNING = "Running"
    ENDED = "Ended"


# In the schema a plain string, so that a new word is no change of the CRD.
_State = Annotated[ChaosState, WithJsonSchema({"type": "string"})]
_TIME: dict[str, Any] = {"format": "date-time"}


class ChaosStatus(StatusModel):
    """It is written before a broker is stopped: whoever comes later goes on from here."""

    state: _State = Field(
        default=ChaosState.WAITING,
        description="Waiting (not begun), Running or Ended. Example: Running",
    )
    checksum: str = Field(
        default="",
        description="Checksum of the spec.chaos that this is about: another one begins anew. "
        "Example: 1a2b3c4d",
    )
    started_at: str | None = Field(
        default=None,
        json_schema_extra=_TIME,
        description="When it began. Example: 2026-01-31T09:00:00Z",
    )
    ends_at: str | None = Field(
        default=None,
        json_schema_extra=_TIME,
        description="When it ends, or ended. Example: 2026-01-31T09:10:00Z",
    )
    count: int = Field(
        default=0, ge=0, description="How often it has stopped brokers so far. Example: 3"
    )
    stopped_brokers: list[int] = Field(
        default_factory=list,
        description="The brokers that it stops now, by number. Example: [1]",
    )
    stopped_until: str | None = Field(
        default=None,
        json_schema_extra=_TIME,
        description="When these start again; unset until they have stopped. "
        "Example: 2026-01-31T09:03:30Z",
    )
    next_stop_at: str | None = Field(
        default=None,
        json_schema_extra=_TIME,
        description="When the next one stops, at the earliest. Example: 2026-01-31T09:04:00Z",
    )
    message: str = Field(default="", description="What it does, or waits for, in a sentence.")
