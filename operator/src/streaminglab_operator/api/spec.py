"""What a user writes: the models of `spec`, each field with its words, bounds and default.

They are the only source of the CRD (`api.crd`), of the reference page and of the operator's
own check (`api.validate`). What one field cannot say by itself is in `api.rules`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from streaminglab_operator.api.base import SpecModel
from streaminglab_operator.api.spec_access import AccessSpec
from streaminglab_operator.api.spec_connect import ConnectSpec
from streaminglab_operator.api.spec_influxdb import InfluxDBSpec
from streaminglab_operator.api.spec_kafka import KafkaSpec
from streaminglab_operator.api.spec_parts import ResourceSpec, TopicName
from streaminglab_operator.api.spec_services import (
    DbtSpec,
    GrafanaSpec,
    JupyterSpec,
    KafkaUISpec,
    KsqldbSpec,
    MongodbSpec,
    PostgresqlSpec,
    SchemaRegistrySpec,
    SftpSpec,
    ToolboxSpec,
)

Profile = Literal["nano", "standard", "resilience"]


class TelegrafSpec(SpecModel):
    """Telegraf: receives every point that InfluxDB stores and writes it to Kafka."""

    topic: TopicName = Field(
        default="weather-telegraf",
        description="Topic to which Telegraf writes the points. Created when it is not listed "
        "under spec.kafka.topics. Example: weather-telegraf",
    )
    alert_topic: TopicName = Field(
        default="weather-alerts",
        description="Topic to which Telegraf writes the alerts of spec.influxdb.alerts. Created "
        "only when there are alerts. Example: weather-alerts",
    )
    resources: ResourceSpec | None = Field(
        default=None,
        description="CPU and memory of the Telegraf pod, instead of the profile's.",
    )


class ProducerSpec(SpecModel):
    """The producer: reads the points from InfluxDB and writes them to Kafka, in order."""

    topic: TopicName = Field(
        default="weather",
        description="Topic to which the producer writes the points. Created when it is not "
        "listed under spec.kafka.topics. Example: weather",
    )


class InjectSpec(SpecModel):
    """The simulated weather that is written to InfluxDB. A change starts one more injection."""

    stations: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="Number of weather stations that send points, from 1 to 1000. The station "
        "is the key of the Kafka record. Example: 5",
    )
    rate: str = Field(
        default="1000/s",
        max_length=16,
        description="How fast all stations together send points: a whole number, then /s or "
        "/min. Example: 10/s, 600/min",
    )
    points: int = Field(
        default=3000,
        ge=0,
        le=10_000_000,
        description="Number of points to send in all; 0 sends until the lab is deleted. "
        "Example: 3000",
    )
    seed: int = Field(
        default=42,
        ge=0,
        le=2_147_483_647,
        description="Start of the random numbers: the same seed gives the same weather. "
        "Example: 42",
    )


class StreamingLabSpec(SpecModel):
    """What the lab should be. An empty spec gives a complete weather lab with one broker."""

    profile: Profile = Field(
        default="standard",
        description="Size of the lab. nano: one broker, the least memory that works. standard: "
        "one broker. resilience: three brokers, for exercises that stop one of them. "
        "Example: standard",
    )
    kafka: KafkaSpec = Field(
        default_factory=KafkaSpec,
        description="The Kafka cluster and its topics. Example: {brokers: 3, storage: 1Gi}",
    )
    weather: bool = Field(
        default=True,
        description="Whether the lab has the weather: InfluxDB, Telegraf, the producer and the "
        "injection. false leaves Kafka and the services that are asked for. Example: true",
    )
    influxdb: InfluxDBSpec = Field(
        default_factory=InfluxDBSpec,
        description="The InfluxDB database, its bucket and its alerts. "
        "Example: {bucket: weather, retention: 7d}",
    )
    telegraf: TelegrafSpec = Field(
        default_factory=TelegrafSpec,
        description="Telegraf, which carries points and alerts from InfluxDB to Kafka. "
        "Example: {topic: weather-telegraf}",
    )
    producer: ProducerSpec = Field(
        default_factory=ProducerSpec,
        description="The producer, a program that carries points from InfluxDB to Kafka. "
        "Example: {topic: weather}",
    )
    inject: InjectSpec = Field(
        default_factory=InjectSpec,
        description="The simulated weather written to InfluxDB. A change starts one more "
        "injection; points already written stay. Example: {stations: 5, rate: 10/s, points: 3000}",
    )
    connect: ConnectSpec | None = Field(
        default=None,
        description="Kafka Connect, its plugins and connectors. Unset: none. Example: {}",
    )
    kafka_ui: KafkaUISpec | None = Field(
        default=None,
        alias="kafkaUI",
        description="Kafka in a browser: kafka-ui. Unset: none. Example: {}",
    )
    schema_registry: SchemaRegistrySpec | None = Field(
        default=None,
        description="A schema registry with Confluent's API. Unset: none. Example: {}",
    )
    ksqldb: KsqldbSpec | None = Field(
        default=None,
        description="SQL over topics: ksqlDB, under the Confluent Community Licence. Unset: none. "
        "Example: {}",
    )
    postgresql: PostgresqlSpec | None = Field(
        default=None,
        description="A PostgreSQL database, called data-transform in the courses. Unset: none. "
        "Example: {database: transform}",
    )
    mongodb: MongodbSpec | None = Field(
        default=None,
        description="A MongoDB database; under the SSPL. Unset: none. Example: {}",
    )
    sftp: SftpSpec | None = Field(
        default=None,
        description="An SFTP server whose folder Kafka Connect reads. Unset: none. Example: {}",
    )
    jupyter: JupyterSpec | None = Field(
        default=None, description="JupyterLab with notebooks. Unset: none. Example: {}"
    )
    grafana: GrafanaSpec | None = Field(
        default=None,
        description="Grafana on the weather; under the AGPL-3.0. Unset: none. Example: {}",
    )
    toolbox: ToolboxSpec | None = Field(
        default=None, description="A pod with command line tools. Unset: none. Example: {}"
    )
    dbt: DbtSpec | None = Field(
        default=None,
        description="Runs of dbt, started by messages on a topic; needs postgresql. Unset: none. "
        "Example: {}",
    )
    access: AccessSpec = Field(
        default_factory=AccessSpec,
        description="Who can reach the lab, and how. Example: {ingress: {domain: example.org}}",
    )
    retain_data: bool = Field(
        default=False,
        description="Whether the volumes and the Secret with the credentials stay when the lab "
        "is deleted. A lab of the same name made later finds its data again. Example: false",
    )
    suspend: bool = Field(
        default=False,
        description="Not available in this version: true is refused. Example: false",
    )
