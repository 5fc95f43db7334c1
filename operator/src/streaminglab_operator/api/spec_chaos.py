"""`spec.chaos`: brokers that are stopped and started again for a while, declared and bounded."""

from __future__ import annotations

from pydantic import Field

from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.services.kafka_spec import BrokerNumber

MAX_STOPS = 32
LONGEST_SECONDS = 7200
"""Two hours: one session of a class."""


class ScheduledStopSpec(SpecModel):
    """One broker that is stopped once."""

    broker: BrokerNumber = Field(description="Number of the broker, from 0 to 2. Example: 1")
    at_seconds: int = Field(
        ge=0,
        le=LONGEST_SECONDS,
        description="How long after the chaos began. One that is due while another is stopped goes "
        "when that is back. Example: 60",
    )
    down_seconds: int = Field(
        default=30, ge=5, le=3600, description="How long it stays stopped. Example: 30"
    )


class ChaosSpec(SpecModel):
    """Brokers are stopped for a while, and started again, by the operator.

    It begins when the topics are made and every broker runs. What it has begun is in
    ``status.chaos``, and ended it stays: an edit of this field begins it anew.
    """

    duration_seconds: int = Field(
        default=600,
        ge=10,
        le=LONGEST_SECONDS,
        description="How long it goes on, at most two hours; then every broker runs again. "
        "Example: 600",
    )
    period_seconds: int = Field(
        default=60,
        ge=10,
        le=3600,
        description="From one stop of a random broker to the next, and from the beginning to the "
        "first. Example: 60",
    )
    down_seconds: int = Field(
        default=30,
        ge=5,
        le=3600,
        description="How long a random broker stays stopped, less than periodSeconds. Example: 30",
    )
    at_once: int = Field(
        default=1,
        ge=1,
        le=2,
        description="How many brokers may be stopped at a time, those of "
        "spec.kafka.stoppedBrokers among them. 1 leaves two of three, which are a quorum. 2 takes "
        "the quorum away: no leader is elected, and nothing can be written. Example: 1",
    )
    wait_for_replicas: bool = Field(
        default=True,
        description="Whether a stop waits until every replica of the brokers that run is in its "
        "ISR. false stops brokers whose partitions are not in sync yet. Example: true",
    )
    schedule: list[ScheduledStopSpec] = Field(
        default_factory=list,
        max_length=MAX_STOPS,
        description="Brokers to stop at given times, instead of random ones. "
        "Example: [{broker: 2, atSeconds: 60, downSeconds: 30}]",
    )
