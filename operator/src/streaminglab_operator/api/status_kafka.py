"""`status.kafka`: which brokers run, and who leads and holds what."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, WithJsonSchema

from streaminglab_operator.schema.parts import list_map
from streaminglab_operator.schema.status import StatusModel


class BrokerState(StrEnum):
    """One broker in one word."""

    RUNNING = "Running"
    STARTING = "Starting"
    RESTARTING = "Restarting"
    STOPPING = "Stopping"
    STOPPED = "Stopped"


# In the schema a plain string, so that a new word is no change of the CRD.
_State = Annotated[BrokerState, WithJsonSchema({"type": "string"})]


class BrokerStatus(StatusModel):
    """One broker."""

    id: int = Field(ge=0, description="Its number, as in spec.kafka.stoppedBrokers. Example: 1")
    pod: str = Field(description="Its pod. Example: meteo-kafka-1-0")
    state: _State = Field(
        description="Running, Starting, Restarting, Stopping or Stopped. Example: Running"
    )
    leaders: int | None = Field(
        default=None, ge=0, description="How many partitions it leads. Example: 8"
    )


class PartitionStatus(StatusModel):
    """One partition. Numbers are those of brokers."""

    topic: str = Field(description="Its topic. Example: weather")
    partition: int = Field(ge=0, description="Its number. Example: 0")
    leader: int = Field(description="The broker that is written to and read from; -1: none.")
    replicas: list[int] = Field(description="The brokers that hold it. Example: [1, 2, 0]")
    isr: list[int] = Field(description="Those of them that are in sync. Example: [2, 0]")


class KafkaStatus(StatusModel):
    """Kafka, in a lab with several brokers."""

    brokers: list[BrokerStatus] = Field(
        default_factory=list,
        json_schema_extra=list_map("id"),
        description="The brokers, and how each of them is.",
    )
    message: str = Field(
        default="",
        description="What the next stop or restart of a broker waits for, in a sentence; empty: "
        "nothing waits.",
    )
    current: bool = Field(
        default=False,
        description="Whether what follows is of the brokers as they run now. False while it is "
        "looked at anew: it is then what was seen last.",
    )
    under_replicated: int = Field(
        default=0, ge=0, description="How many of all partitions lack a replica. Example: 24"
    )
    offline: int = Field(
        default=0, ge=0, description="How many of all partitions have no leader. Example: 0"
    )
    partitions: list[PartitionStatus] = Field(
        default_factory=list,
        json_schema_extra=list_map("topic", "partition"),
        description="Partitions with leader and replicas in sync: those of the lab's own topics "
        "first, then of the others, as many as a Job can tell (about 40).",
    )
