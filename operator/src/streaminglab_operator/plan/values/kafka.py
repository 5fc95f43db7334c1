"""Spec -> values of the kafka chart."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.sizes import SIZES, heap
from streaminglab_operator.plan.values import common
from streaminglab_operator.render import PLACEHOLDER


def values(lab: Lab, options: Options, *, alias: bool) -> dict[str, Any]:
    """``alias``: this lab also answers to the courses' short name ``kafka``."""
    spec = lab.spec
    size = SIZES[spec.profile]["kafka"]
    cpu, memory = common.wishes(spec.kafka_resources)
    return {
        **common.base(options.images.get("kafka"), size.resources(cpu, memory)),
        "replicas": spec.brokers,
        "clusterId": PLACEHOLDER.cluster_id,
        "storage": {
            "size": spec.kafka_storage.size,
            "className": spec.kafka_storage.class_name,
            "retain": spec.retain_data,
        },
        "config": dict(spec.kafka_config),
        "jvm": {"heap": heap(size, memory)},
        "aliasService": "kafka" if alias else "",
        "stoppedBrokers": list(spec.stopped_brokers),
        **_external(lab),
        "networkPolicy": common.client_network(lab, options, clients=CLIENTS),
    }


CLIENTS = (
    "init",
    "telegraf",
    "producer",
    "verify",
    "connect",
    "kafka-ui",
    "schema-registry",
    "ksqldb",
    "jupyter",
    "toolbox",
    "dbt",
)
USER = "student"
USER_KEY, PASSWORD_KEY = "kafka-username", "kafka-password"


def outside(lab: Lab) -> bool:
    """Whether there is a listener for clients outside the cluster."""
    access = lab.spec.wish.access.kafka
    return any((access.localhost, access.node_port, access.load_balancer))


def _external(lab: Lab) -> dict[str, Any]:
    if not outside(lab):
        return {}
    access = lab.spec.wish.access.kafka
    external: dict[str, Any] = {
        "existingSecret": {
            "name": names.credentials(common.LAB),
            "usernameKey": USER_KEY,
            "passwordKey": PASSWORD_KEY,
        }
    }
    if access.localhost:
        external["localhost"] = {"enabled": True, "port": access.localhost.port}
    if access.node_port:
        external["nodePort"] = {
            "enabled": True,
            "host": access.node_port.host,
            "ports": list(access.node_port.ports),
        }
    if access.load_balancer:
        external["loadBalancer"] = {"enabled": True, "hosts": list(access.load_balancer.hosts)}
    return {"external": external}
