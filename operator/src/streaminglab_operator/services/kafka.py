"""Kafka: the one service that every lab has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.schema.hosts import bare
from streaminglab_operator.services.base import Edge, Service
from streaminglab_operator.services.chart import storage
from streaminglab_operator.services.context import LAB, ServiceContext
from streaminglab_operator.services.kafka_spec import KafkaSpec
from streaminglab_operator.services.pieces import Announced, Part
from streaminglab_operator.services.size import Size

PORT, METRICS_PORT = 9092, 9405
USER = "student"
USER_KEY, PASSWORD_KEY = "kafka-username", "kafka-password"
TO_KAFKA = Edge("kafka")
SIZES = {
    "nano": Size("50m", "2", "512Mi", "192m"),
    "standard": Size("100m", "2", "640Mi", "256m"),
    "resilience": Size("75m", "2", "640Mi", "256m"),
}


def servers(lab: str = LAB) -> dict[str, str]:
    """Where Kafka clients inside the lab's namespace start, as charts and programs take it."""
    return {"bootstrapServers": f"{names.release(lab, 'kafka')}:{PORT}"}


def outside(ctx: ServiceContext) -> bool:
    """Whether there is a listener for clients outside the cluster."""
    return ctx.outside.any


def _values(part: KafkaSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "replicas": ctx.brokers,
        "clusterId": PLACEHOLDER.cluster_id,
        "storage": storage(part, ctx, retain=ctx.retain),
        "config": dict(sorted(part.config.items())),
        "jvm": {"heap": ctx.size("kafka", SIZES, part).heap},
        "stoppedBrokers": list(ctx.stopped),
        **_metrics(ctx),
        **_external(ctx),
    }


def _metrics(ctx: ServiceContext) -> dict[str, Any]:
    """Served to whoever the lab has for it, and to nobody else."""
    clients = ctx.clients_at("kafka", "metrics")
    if not clients:
        return {}
    peers = [{"podLabels": names.pod_labels(LAB, client)} for client in clients]
    return {"metrics": {"enabled": True, "clients": peers}}


def _external(ctx: ServiceContext) -> dict[str, Any]:
    access = ctx.outside
    if not access.any:
        return {}
    external: dict[str, Any] = {
        "existingSecret": {
            "name": names.credentials(LAB),
            "usernameKey": USER_KEY,
            "passwordKey": PASSWORD_KEY,
        }
    }
    if access.localhost:
        external["localhost"] = {"enabled": True, "port": access.localhost.port}
    if access.node_port:
        external["nodePort"] = {
            "enabled": True,
            "host": bare(access.node_port.host),
            "ports": list(access.node_port.ports),
        }
    if access.load_balancer:
        external["loadBalancer"] = {
            "enabled": True,
            "hosts": [bare(host) for host in access.load_balancer.hosts],
        }
    return {"external": external}


def _username(_part: KafkaSpec, _lab: str, _drawn: Mapping[str, str]) -> Mapping[str, str]:
    return {USER_KEY: USER}


def _announced(_part: KafkaSpec, lab: str, _: Mapping[str, str]) -> Mapping[str, str]:
    return {"kafka-service": f"{names.release(lab, 'kafka')}:{PORT}"}


def _env(_part: KafkaSpec, _ctx: ServiceContext) -> Mapping[str, str]:
    return {"KAFKA_BOOTSTRAP_SERVERS": servers()["bootstrapServers"]}


KAFKA = Service(
    component="kafka",
    part=Part(
        "kafka",
        KafkaSpec,
        "The Kafka cluster and its topics. Example: {brokers: 3, storage: 1Gi}",
        optional=False,
    ),
    title="Kafka",
    meaning="All brokers are in the quorum and answer.",
    chart="kafka",
    kind="StatefulSet",
    values=_values,
    sizes=SIZES,
    images=("kafka",),
    port=PORT,
    more_ports={"metrics": METRICS_PORT},
    alias="kafka",
    drawn=(PASSWORD_KEY,),
    drawn_when=outside,
    derived=(USER_KEY,),
    follows=_username,
    announced=Announced("kafka", _announced),
    env=_env,
)
