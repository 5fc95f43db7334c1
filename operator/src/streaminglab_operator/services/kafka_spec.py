"""`spec.kafka`: brokers, their disks, topics and properties."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from streaminglab_operator.schema import units
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.parts import (
    ConfigValue,
    Quantity,
    ResourceSpec,
    StorageClassName,
    StoredSpec,
    TopicName,
)

MAX_TOPICS = 32
MAX_CONFIG = 32
DEFAULT_PARTITIONS = 4


BrokerNumber = Annotated[int, Field(ge=0, le=2)]


BrokerMemory = Annotated[
    str,
    StringConstraints(max_length=16),
    Format(
        "broker-memory-format",
        units.BROKER_MEMORY,
        "write a whole number, then Mi or Gi, at least 384Mi: Kafka's JVM needs that to start",
    ),
]


class BrokerResourceSpec(ResourceSpec):
    """CPU and memory of one broker."""

    memory: BrokerMemory | None = Field(
        default=None, description=ResourceSpec.model_fields["memory"].description
    )


class TopicSpec(SpecModel):
    """One topic of the lab's Kafka."""

    name: TopicName = Field(
        description="Name of the topic: letters, digits, '.', '_' and '-'. Example: weather",
    )
    partitions: int = Field(
        default=DEFAULT_PARTITIONS,
        ge=1,
        le=64,
        description="Number of partitions, from 1 to 64. It can grow, never shrink: Kafka cannot "
        "take a partition away. Example: 4",
    )
    replication_factor: int | None = Field(
        default=None,
        ge=1,
        le=3,
        description="How many brokers hold a copy of each partition. Not more than there are "
        "brokers, and fixed once the topic exists. Unset: 3, or 1 in a lab of one broker. "
        "Example: 3",
    )
    config: dict[str, ConfigValue] = Field(
        default_factory=dict,
        max_length=MAX_CONFIG,
        description="Kafka's own settings of this topic, values in quotes. One that is taken out "
        "goes back to its default. "
        'Example: {cleanup.policy: compact, retention.ms: "3600000"}',
    )


def default_topics() -> list[TopicSpec]:
    """The topics of a lab that lists none."""
    return [TopicSpec(name="weather")]


class KafkaSpec(StoredSpec):
    """The Kafka cluster (KRaft, no ZooKeeper)."""

    brokers: Literal[1, 3] | None = Field(
        default=None,
        description="Number of Kafka brokers, 1 or 3; each is a controller too. Fixed once the "
        "lab exists. Unset: 3 with profile resilience, otherwise 1. Example: 3",
    )
    storage: Quantity = Field(
        default="1Gi",
        description="Disk of each broker, at least 100Mi. Grows where its StorageClass can. "
        "Example: 1Gi",
    )
    storage_class_name: StorageClassName | None = Field(
        default=None,
        description="StorageClass of the brokers' disks; a disk that is there stays as it "
        "is. Unset: the cluster's default. Example: standard",
    )
    topics: list[TopicSpec] = Field(
        default_factory=default_topics,
        max_length=MAX_TOPICS,
        json_schema_extra={
            "default": [{"name": "weather", "partitions": DEFAULT_PARTITIONS}],
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
        },
        description="Topics to create. A topic taken out of the list stays in Kafka with its "
        "data and settings. Example: [{name: weather, partitions: 4}]",
    )
    config: dict[str, ConfigValue] = Field(
        default_factory=dict,
        max_length=MAX_CONFIG,
        description="More properties for every broker, values in quotes. Those that the operator "
        "sets itself (listeners, node.id, log.dirs, ...) are refused. "
        'Example: {log.retention.hours: "24"}',
    )
    stopped_brokers: list[BrokerNumber] = Field(
        default_factory=list,
        max_length=2,
        description="Brokers that an exercise keeps stopped, by number. A broker stops when no "
        "other lacks in any ISR, and starts at once when it is no longer named. Its data stays. "
        "Example: [1]",
    )
    resources: BrokerResourceSpec | None = Field(
        default=None,
        description="CPU and memory of each broker, instead of the profile's.",
    )
