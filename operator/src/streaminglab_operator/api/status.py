"""What the operator writes: the models of `status`. Users read it. The lab's page writes one part
of it (`api.status_exercises`), and nobody else any.

No bounds here: a status that is refused for being too long helps nobody.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field, WithJsonSchema

from streaminglab_operator.api.conditions import ConditionStatus, ConditionType
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.api.status_chaos import ChaosStatus
from streaminglab_operator.api.status_exercises import ExercisesStatus
from streaminglab_operator.api.status_kafka import KafkaStatus
from streaminglab_operator.api.status_topics import TopicsStatus
from streaminglab_operator.schema.parts import list_map
from streaminglab_operator.schema.status import StatusModel

# In the schema a plain string: a list of words there would make each new one a change of the CRD,
# and an operator could not write it before the CRD was replaced.
_Type = Annotated[ConditionType, WithJsonSchema({"type": "string"})]
_Reason = Annotated[Reason, WithJsonSchema({"type": "string"})]


class Phase(StrEnum):
    """The lab in one word. For people: it loses what the conditions say."""

    STARTING = "Starting"
    INITIALISING = "Initialising"
    INJECTING = "Injecting"
    VERIFYING = "Verifying"
    READY = "Ready"
    DEGRADED = "Degraded"
    FAILED = "Failed"
    SUSPENDING = "Suspending"
    SUSPENDED = "Suspended"
    PAUSED = "Paused"


_Phase = Annotated[Phase, WithJsonSchema({"type": "string"})]


def _with_time(schema: dict[str, Any]) -> None:
    schema["required"].append("lastTransitionTime")


class Condition(StatusModel):
    """One statement about the lab. docs/reference/conditions.md lists types and reasons."""

    model_config = ConfigDict(json_schema_extra=_with_time)

    type: _Type = Field(description="What is stated. Example: KafkaReady")
    status: ConditionStatus = Field(
        description="Whether it holds: True, False, or Unknown when nobody has looked. "
        "Example: True"
    )
    reason: _Reason = Field(
        description="Why, in one word for machines. Example: ImagePullBackOff",
    )
    message: str = Field(
        default="",
        description="Why, in a sentence for people: it names the object and the container that "
        "are in the way.",
    )
    last_transition_time: str | None = Field(
        default=None,
        json_schema_extra={"format": "date-time"},
        description="When status last changed. Example: 2026-01-31T09:00:00Z",
    )
    # Known only when it is written (status.changes.dated): so the schema requires it, and the
    # model, which a condition has from the moment that it is computed, does not.
    observed_generation: int | None = Field(
        default=None,
        ge=0,
        description="Which metadata.generation of the lab this is about. Example: 3",
    )


class ComponentStatus(StatusModel):
    """One part of the lab, as it runs."""

    name: str = Field(description="The part. Example: kafka")
    kind: str = Field(description="What runs it. Example: StatefulSet")
    ready: str = Field(
        default="0/0",
        description="Pods that answer, of those that should; for a Job, done of wanted. "
        "Example: 3/3",
    )
    image: str | None = Field(default=None, description="Image in use. Example: apache/kafka:4.4.0")
    reason: _Reason | None = Field(
        default=None,
        description="Why it is not ready, in one word. Example: Unschedulable",
    )
    message: str | None = Field(default=None, description="Why it is not ready, in a sentence.")


class DataStatus(StatusModel):
    """How many points were last seen where. All counts are of different points, not records."""

    summary: str = Field(
        default="",
        description="Points in InfluxDB, in the producer's topic and in Telegraf's topic. "
        "Example: 3000/3000/3000",
    )
    influxdb: int | None = Field(default=None, ge=0, description="Points in InfluxDB.")
    producer: int | None = Field(
        default=None, ge=0, description="Points in the topic spec.producer.topic."
    )
    telegraf: int | None = Field(
        default=None, ge=0, description="Points in the topic spec.telegraf.topic."
    )
    alerts: int | None = Field(
        default=None, ge=0, description="Alerts in the topic spec.telegraf.alertTopic."
    )
    expected: int | None = Field(
        default=None, ge=0, description="Points that should be there; 0 when injection is endless."
    )
    replayed: int | None = Field(
        default=None,
        ge=0,
        description="Points that were missing in Telegraf's topic and were sent once more.",
    )
    own: int | None = Field(
        default=None,
        ge=0,
        description="Points and records that the lab did not inject, in InfluxDB and in both "
        "topics together. They are not compared.",
    )
    verified_by: str | None = Field(
        default=None,
        description="The Job that compared the points. Example: meteo-verify-1a2b3c4d",
    )
    verified_at: str | None = Field(
        default=None,
        json_schema_extra={"format": "date-time"},
        description="When the points were last compared. Example: 2026-01-31T09:00:00Z",
    )


class EndpointStatus(StatusModel):
    """An address to copy, good inside the lab's namespace."""

    name: str = Field(description="What is there. Example: kafka")
    address: str = Field(description="The address, ready to paste. Example: meteo-kafka:9092")
    description: str | None = Field(
        default=None, description="What it is good for, in a few words."
    )


class Url(StatusModel):
    """A page for a browser."""

    name: str = Field(description="What is there. Example: kafka-ui")
    url: str = Field(description="The address. Example: https://user-alice-meteo-kafka-ui.lab.org/")


class ConnectorStatus(StatusModel):
    """One connector of Kafka Connect, as Connect shows it."""

    name: str = Field(description="The connector. Example: mongodb")
    state: str = Field(
        default="",
        description="Connect's own word: RUNNING, PAUSED, STOPPED, FAILED, RESTARTING or "
        "UNASSIGNED; empty while Connect does not know it. Example: RUNNING",
    )
    tasks: str = Field(
        default="0/0",
        description="Tasks in the state that the spec asks for (of an unmanaged connector: that "
        "run), of those that there are. Example: 1/1",
    )
    managed: bool = Field(
        description="Whether it comes from spec.connect.connectors. Those made by REST or in "
        "kafka-ui are false, and are left alone.",
    )
    reason: _Reason | None = Field(
        default=None,
        description="Why it is not as it should be, in one word. Example: TaskFailed",
    )
    message: str | None = Field(
        default=None,
        description="Why, in a sentence: the option, the Secret, or the first line of the trace. "
        "Passwords are masked.",
    )
    worker: str | None = Field(
        default=None, description="Worker that runs it. Example: 10.0.0.7:8083"
    )


class CredentialsStatus(StatusModel):
    """How far the lab's credentials are rotated, and what shows that they are the operator's."""

    epoch: int = Field(
        default=0, description="How often the credentials were made anew. Example: 1"
    )
    rotation: str | None = Field(
        default=None,
        description="The annotation streaminglab.dev/rotate that was followed last. "
        "Example: 2026-03-02",
    )
    rotated: bool = Field(
        default=True,
        description="Whether the newest credentials are the only ones: every client has them, and "
        "InfluxDB knows no older token.",
    )
    seals: str = Field(
        default="", description="Checksums of the values in the Secret, for the operator's own use."
    )


OF_THE_PAGE = ("exercises",)
"""Fields of a status that are the lab's page's to write."""


class StreamingLabStatus(StatusModel):
    """How the lab is. Written by the operator, but for the exercises."""

    observed_generation: int | None = Field(
        default=None,
        ge=0,
        description="The metadata.generation that the rest of this status is about. Example: 3",
    )
    phase: _Phase | None = Field(
        default=None,
        description="The lab in one word, for people; programs read conditions. Starting, "
        "Initialising, Injecting, Verifying, Ready, Degraded (a part that worked does not), "
        "Failed, Suspending or Suspended. Example: Ready",
    )
    brokers: int | None = Field(
        default=None, description="Number of Kafka brokers that the lab should have. Example: 3"
    )
    kafka: KafkaStatus | None = Field(
        default=None,
        description="Brokers and partitions, in a lab with several brokers.",
    )
    chaos: ChaosStatus | None = Field(
        default=None, description="How far spec.chaos has come; it stays when that is taken out."
    )
    topics: TopicsStatus | None = Field(
        default=None, description="What the operator has asked Kafka's topics to be."
    )
    conditions: list[Condition] = Field(
        default_factory=list,
        json_schema_extra=list_map("type"),
        description="Statements about the lab: Ready, Reconciling, Stalled, KafkaReady, "
        "InfluxDBReady, TelegrafReady, TopicsReady, ProducerReady, InjectComplete, DataFlowing, "
        "and one for each service that the spec asks for.",
    )
    components: list[ComponentStatus] = Field(
        default_factory=list,
        json_schema_extra=list_map("name"),
        description="The parts of the lab and how each of them is.",
    )
    data: DataStatus | None = Field(
        default=None, description="How many points were last seen in InfluxDB and in Kafka."
    )
    endpoints: list[EndpointStatus] = Field(
        default_factory=list,
        json_schema_extra=list_map("name"),
        description="Addresses to copy, of what answers now.",
    )
    urls: list[Url] = Field(
        default_factory=list,
        json_schema_extra=list_map("name"),
        description="Pages to open, of what answers now; passwords are in credentialsSecret.",
    )
    connectors: list[ConnectorStatus] | None = Field(
        default=None,
        json_schema_extra=list_map("name"),
        description="The connectors of Kafka Connect: those of the spec (managed), and the first "
        "fifty of those that were made otherwise.",
    )
    exercises: ExercisesStatus | None = Field(
        default=None,
        description="How far somebody is with spec.exercises. The lab's page writes it.",
    )
    announced: list[str] | None = Field(
        default=None,
        description="Services that a Secret tells other services of the namespace about, as "
        "spec.access.discoverable asks. Example: [kafka]",
    )
    credentials_secret: str | None = Field(
        default=None,
        description="Name of the Secret with every user, password and token of the lab: those of "
        "InfluxDB, of clients outside, and of the services. Example: meteo-credentials",
    )
    credentials: CredentialsStatus | None = Field(
        default=None, description="How far the lab's credentials are rotated."
    )
    applied_hash: str | None = Field(
        default=None,
        description="Fingerprint of what the operator last wrote, for its own use.",
    )

    def condition(self, kind: ConditionType) -> Condition | None:
        """What it says of one matter, if anything."""
        return next((c for c in self.conditions if c.type == kind), None)
