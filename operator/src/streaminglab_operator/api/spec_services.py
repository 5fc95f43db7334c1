"""The optional services of a lab, each switched on by its key: `kafkaUI: {}`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from streaminglab_operator.api.base import SpecModel
from streaminglab_operator.api.spec_parts import Quantity, ResourceName, ResourceSpec, TopicName

UserName = Annotated[str, StringConstraints(min_length=1, max_length=32)]
DatabaseName = Annotated[str, StringConstraints(min_length=1, max_length=63)]
PublicKey = Annotated[str, StringConstraints(min_length=1, max_length=1024)]


class ServiceSpec(SpecModel):
    """What every service has."""

    resources: ResourceSpec | None = Field(
        default=None, description="CPU and memory of its pod, instead of the profile's."
    )


class StoredSpec(ServiceSpec):
    """What every service with a disk has."""

    storage: Quantity = Field(
        default="1Gi",
        description="Its disk, at least 100Mi. Fixed once it exists. Example: 1Gi",
    )
    storage_class_name: ResourceName | None = Field(
        default=None,
        description="StorageClass of that disk. Unset: the cluster's default. Example: standard",
    )


class KafkaUISpec(ServiceSpec):
    """kafka-ui (kafbat): topics, messages, connectors and schemas in a browser."""

    username: UserName = Field(
        default="student",
        description="Name to log in with; the password is the key kafka-ui-password of the lab's "
        "Secret. Example: student",
    )
    read_only: bool = Field(
        default=False, description="Whether nothing can be changed through it. Example: false"
    )
    dynamic_config: bool = Field(
        default=True,
        description="Whether clusters can be added in the browser (DYNAMIC_CONFIG_ENABLED). "
        "Example: true",
    )


class SchemaRegistrySpec(ServiceSpec):
    """The schema registry (Apicurio, with Confluent's API)."""

    storage: Literal["kafka", "memory"] = Field(
        default="kafka",
        description="Where schemas are kept: in a topic, or in memory, where a restart loses "
        "them. Example: kafka",
    )


class KsqldbSpec(ServiceSpec):
    """ksqlDB: SQL over topics. Under the Confluent Community Licence: off unless asked for."""


class PostgresqlSpec(StoredSpec):
    """A PostgreSQL database, with logical replication switched on."""

    database: DatabaseName = Field(
        default="transform", description="Name of the database. Example: transform"
    )
    username: UserName = Field(
        default="datamanager",
        description="Owner of the database; the password is the key postgresql-password of the "
        "lab's Secret. Example: datamanager",
    )
    init_config_map_name: ResourceName | None = Field(
        default=None,
        description="A ConfigMap of this namespace whose *.sql files are run once, at the first "
        "start. Example: pg-initdb",
    )


class MongodbSpec(StoredSpec):
    """A MongoDB database, as a replica set of one. Under the SSPL: free to use in a lab."""

    database: DatabaseName = Field(
        default="defaultdb", description="Name of the database. Example: defaultdb"
    )
    username: UserName = Field(
        default="student",
        description="Its user; the password is the key mongodb-password of the lab's Secret. "
        "Example: student",
    )


class SftpSpec(StoredSpec):
    """An SFTP server on port 2222 whose folder Kafka Connect can read: /data/drop."""

    username: UserName = Field(
        default="foo",
        description="Name to log in with; the password is the key sftp-password of the lab's "
        "Secret. Example: foo",
    )
    authorized_keys: list[PublicKey] = Field(
        default_factory=list,
        max_length=16,
        description="Public keys that may log in too, one line each, as in authorized_keys. "
        "Example: [ssh-ed25519 AAAA... me@laptop]",
    )


class JupyterSpec(StoredSpec):
    """JupyterLab with the courses' libraries and notebooks."""


class GrafanaSpec(ServiceSpec):
    """Grafana with a dashboard of the weather in InfluxDB. Under the AGPL-3.0."""


class ToolboxSpec(ServiceSpec):
    """A pod with Kafka's tools, kcat, psql, curl and Python, for `kubectl exec`."""


class DbtSpec(ServiceSpec):
    """dbt, run on PostgreSQL whenever a message arrives on a topic."""

    project_config_map_name: ResourceName | None = Field(
        default=None,
        description="A ConfigMap of this namespace with the files of a dbt project. Unset: a "
        "small project that numbers rows. Example: my-dbt-project",
    )
    command_topic: TopicName = Field(
        default="dbt-run",
        description='Topic whose messages start a run. Message: {"select": "my_model"}. '
        "Example: dbt-run",
    )
    result_topic: TopicName = Field(
        default="dbt-results",
        description="Topic that receives one record for each run. Example: dbt-results",
    )
