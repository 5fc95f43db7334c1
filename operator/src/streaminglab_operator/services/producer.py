"""The producer: InfluxDB -> Kafka, each point once."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from streaminglab_operator.schema.parts import ServiceSpec, TopicName
from streaminglab_operator.services import influxdb, jobs, kafka
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.pieces import Part
from streaminglab_operator.services.telegraf import MEASUREMENT

TOKEN = influxdb.token("producer")


class ProducerSpec(ServiceSpec):
    """The producer: reads the points from InfluxDB and writes them to Kafka, in order."""

    topic: TopicName = Field(
        default="weather",
        description="Topic to which the producer writes the points. Created when it is not "
        "listed under spec.kafka.topics. Example: weather",
    )


def _values(part: ProducerSpec, ctx: ServiceContext) -> dict[str, Any]:
    config = {
        "influxdb": influxdb.client(ctx),
        "kafka": kafka.servers(),
        "measurement": MEASUREMENT,
        "topic": part.topic,
        "pollIntervalSeconds": 0.25,
    }
    return jobs.program_values("Deployment", "producer", config, (TOKEN,))


PART = Part(
    "producer",
    ProducerSpec,
    "The producer, a program that carries points from InfluxDB to Kafka. Example: {topic: weather}",
    optional=False,
)
PRODUCER = Service(
    component="producer",
    part=PART,
    title="Producer",
    meaning="The producer reads InfluxDB and writes Kafka.",
    chart=jobs.CHART,
    kind="Deployment",
    values=_values,
    sizes=jobs.SIZES,
    images=(jobs.IMAGE,),
    weather=True,
    shared=False,
    reaches=(kafka.TO_KAFKA, influxdb.TO_INFLUXDB),
    takes_from=("influxdb",),
    gives_to=("kafka",),
    secrets=(TOKEN,),
    restarts=True,
)
