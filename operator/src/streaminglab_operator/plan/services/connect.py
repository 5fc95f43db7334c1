"""Kafka Connect: spec -> values of the kafka-connect chart."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.spec_connect import ConnectSpec, PluginSpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.references import LAB, secret_references
from streaminglab_operator.plan.services.base import (
    NO_IMAGE,
    Service,
    registry_url,
    sized,
    storage,
)
from streaminglab_operator.plan.sizes import SERVICE_SIZES, heap
from streaminglab_operator.plan.values import common

PORT = 8083
LAB_KEYS = (
    "mongodb-password",
    "mongodb-uri",
    "postgresql-password",
    "sftp-password",
)
"""Credentials of the lab that connectors may refer to. Of InfluxDB's tokens: none."""


def _values(wish: ConnectSpec, lab: Lab, options: Options) -> dict[str, Any]:
    size = SERVICE_SIZES["connect"]
    _, memory = common.wishes(wish.resources)
    bundled = sorted({p.bundled for p in wish.plugins if p.bundled})
    values = {
        **common.base(options.images.get("kafka"), sized(size, wish.resources), credentials=True),
        "replicas": wish.replicas,
        "internalReplicationFactor": lab.spec.brokers,
        "kafka": {"bootstrapServers": names.bootstrap_servers(common.LAB)},
        "converters": {"schemasEnable": wish.schemas_in_json},
        "schemaRegistry": {"url": registry_url(lab)},
        "config": dict(wish.config),
        "heap": heap(size, memory),
        "plugins": [_plugin(p) for p in wish.plugins if not p.bundled],
        "mavenRepository": wish.maven_repository or options.maven_repository,
        "bundledPlugins": bundled,
        "storage": storage(wish, retain=False),
        "secrets": mounted_secrets(wish),
        "labSecret": {"name": names.credentials(common.LAB), "keys": _lab_keys(lab)},
        "externalEgress": wish.external_egress,
        "networkPolicy": common.client_network(
            lab,
            options,
            # In an open lab also a database that a student runs in the namespace.
            servers=None if lab.open else _servers(),
            clients=("kafka-ui", "ksqldb", "jupyter", "toolbox"),
            admin=True,
        ),
    }
    if fetcher := options.images.get("jobs"):
        values["fetcher"] = {"image": common.image_values(fetcher)}
    if (own := options.images.get("connect-plugins")) and own != NO_IMAGE:
        values["bundled"] = {"image": common.image_values(own)}
    if lab.spec.wish.sftp is not None:
        values["dropFolder"] = {"claimName": f"drop-{names.release(common.LAB, 'sftp')}-0"}
    return values


def _plugin(plugin: PluginSpec) -> dict[str, str]:
    found = {
        "name": plugin.name,
        "maven": plugin.maven,
        "url": plugin.url,
        "image": plugin.image,
        "sha512": plugin.sha512,
    }
    return {key: text for key, text in found.items() if text}


def mounted_secrets(wish: ConnectSpec) -> list[str]:
    """The Secrets that workers can read: those listed, and those that connectors refer to."""
    referred = {name for c in wish.connectors for name, _ in secret_references(c.config)}
    return sorted((set(wish.secrets) | referred) - {LAB})


def _lab_keys(lab: Lab) -> list[str]:
    spec = lab.spec.wish
    having = {"mongodb": spec.mongodb, "postgresql": spec.postgresql, "sftp": spec.sftp}
    return [key for key in LAB_KEYS if having[key.partition("-")[0]] is not None]


def _servers() -> list[tuple[str, int]]:
    """Everything in the lab that a connector may be for."""
    return [
        ("kafka", names.KAFKA_PORT),
        ("schema-registry", 8080),
        ("postgresql", 5432),
        ("mongodb", 27017),
        ("sftp", 2222),
        ("influxdb", names.INFLUXDB_PORT),
    ]


CONNECT = Service(
    component="connect",
    field="connect",
    chart="kafka-connect",
    kind="StatefulSet",
    condition=ConditionType.CONNECT_READY,
    own_values=_values,
    images=("kafka",),
    secrets=LAB_KEYS,
    needs=("kafka",),
    alias="kafka-connect",
    port=PORT,
    scheme="http",
)
