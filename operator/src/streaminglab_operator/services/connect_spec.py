"""`spec.connect`: workers, plugins and connectors of Kafka Connect."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from streaminglab_operator.schema import units
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.parts import (
    Address,
    ConfigValue,
    Quantity,
    ResourceSpec,
    SecretName,
    StoredSpec,
    list_map,
)
from streaminglab_operator.services.fetched import Maven, PartName, Sha512

MAX_PLUGINS = 16
MAX_CONNECTORS = 16
MAX_CONNECTOR_CONFIG = 64
OWN_CREDENTIAL = "${secret:lab:postgresql-password}"
"""How a connector refers to a credential of its lab."""

Image = Annotated[
    str,
    Format(
        "plugin-image-format",
        units.IMAGE,
        "write an image as repository:tag or repository@digest",
    ),
]
JavaClass = Annotated[
    str,
    Format("connector-class-format", units.JAVA_CLASS, "write the full name of a Java class"),
]
ConnectorValue = Annotated[str, StringConstraints(max_length=2048)]
OverridePolicy = Literal["None", "Principal", "All"]
"""The short names of Kafka Connect's own policies (KIP-458)."""
ConnectorState = Literal["running", "paused", "stopped"]
BundledPlugin = Literal["csv", "debezium-jdbc", "debezium-postgres", "file", "mongodb"]


class PluginSpec(SpecModel):
    """One plugin of Kafka Connect; it comes from exactly one place."""

    name: PartName = Field(
        description="Name of the plugin's folder: small letters, digits and '-'. Example: mongodb",
    )
    bundled: BundledPlugin | None = Field(
        default=None,
        description="A plugin that StreamingLab brings along, so that nothing is downloaded. "
        "Example: mongodb",
    )
    maven: Maven | None = Field(
        default=None,
        max_length=256,
        description="Maven coordinates, group:artifact:version[:packaging[:classifier]], fetched "
        "from mavenRepository. Example: org.mongodb.kafka:mongo-kafka-connect:2.0.1:jar:all",
    )
    url: Address | None = Field(
        default=None,
        max_length=1024,
        description="Address (http or https) of a jar, zip, tar or tar.gz; sha512 is needed with "
        "it. Example: https://downloads.example.org/plugin-1.0.zip",
    )
    image: Image | None = Field(
        default=None,
        max_length=512,
        description="A container image that holds the plugin in its folder /plugins. "
        "Example: example/connect-plugin:1.0",
    )
    sha512: Sha512 | None = Field(
        default=None,
        max_length=128,
        description="Checksum of the downloaded file, 128 hexadecimal digits. "
        "Example: what `sha512sum plugin-1.0.zip` prints first",
    )


class ConnectorSpec(SpecModel):
    """One connector. The operator creates it, keeps it so, and removes it when it is taken out."""

    name: PartName = Field(
        description="Name of the connector: small letters, digits and '-'. Example: mongodb",
    )
    class_: JavaClass = Field(
        alias="class",
        min_length=1,
        max_length=253,
        description="Java class of the connector. "
        "Example: com.mongodb.kafka.connect.MongoSourceConnector",
    )
    tasks_max: int = Field(
        default=1, ge=1, le=32, description="Most tasks to run at a time. Example: 1"
    )
    state: ConnectorState = Field(
        default="running",
        description="One of running, paused (tasks idle) or stopped (tasks ended, offsets kept). "
        "Example: running",
    )
    config: dict[str, ConnectorValue] = Field(
        default_factory=dict,
        max_length=MAX_CONNECTOR_CONFIG,
        description="The connector's own options, values in quotes. A password is written as "
        "${secret:NAME:KEY}: the key KEY of the Secret NAME of this namespace; NAME lab means "
        f"the lab's own credentials, such as {OWN_CREDENTIAL}. "
        'Example: {topics: "weather", connection.uri: "${secret:mongo:uri}"}',
    )


class ConnectSpec(StoredSpec):
    """Kafka Connect: carries data between Kafka and other systems. `connect: {}` switches it on."""

    replicas: int = Field(
        default=1, ge=1, le=3, description="Number of workers, from 1 to 3. Example: 1"
    )
    plugins: list[PluginSpec] = Field(
        default_factory=list,
        max_length=MAX_PLUGINS,
        json_schema_extra=list_map("name"),
        description="Plugins to install before the workers start. "
        "Example: [{name: mongodb, bundled: mongodb}]",
    )
    connectors: list[ConnectorSpec] = Field(
        default_factory=list,
        max_length=MAX_CONNECTORS,
        json_schema_extra=list_map("name"),
        description="Connectors that must run. Those made by REST or in kafka-ui are left alone, "
        "and listed in the status as unmanaged. Example: [{name: lines, class: "
        "org.apache.kafka.connect.file.FileStreamSinkConnector, config: {topics: weather}}]",
    )
    secrets: list[SecretName] = Field(
        default_factory=list,
        max_length=16,
        description="More Secrets of this namespace that connectors made by REST may refer to as "
        "${secret:/etc/streaminglab/secrets/NAME:KEY}. Example: [mongo]",
    )
    schemas_in_json: bool = Field(
        default=False,
        description="Whether JSON records carry their schema (schemas.enable of the "
        "JsonConverter), which a JDBC sink needs. Example: false",
    )
    override_policy: OverridePolicy = Field(
        default="None",
        description="Which options of its own Kafka clients a connector may set "
        "(producer.override., consumer.override., admin.override.): None, Principal (its login "
        "alone) or All. A change restarts the workers. Example: All",
    )
    config: dict[str, ConfigValue] = Field(
        default_factory=dict,
        max_length=32,
        description="More properties of the workers, values in quotes. Those that the operator "
        'sets itself are refused. Example: {offset.flush.interval.ms: "5000"}',
    )
    maven_repository: Address | None = Field(
        default=None,
        max_length=512,
        description="Maven repository that plugins are fetched from. Unset: the administrator's "
        "choice. Example: https://maven.example.org/repository",
    )
    external_egress: bool = Field(
        default=False,
        description="Whether connectors may reach addresses outside the lab's namespace. Plugins "
        "that are downloaded need it. Example: false",
    )
    storage: Quantity = Field(
        default="1Gi",
        description="Disk for downloaded plugins, at least 100Mi. Grows where its StorageClass "
        "can. Example: 1Gi",
    )
    resources: ResourceSpec | None = Field(
        default=None, description="CPU and memory of each worker, instead of the usual ones."
    )
