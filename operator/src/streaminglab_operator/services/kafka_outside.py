"""`spec.access.kafka`: listeners of Kafka for clients outside the cluster."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.parts import Host

NodePort = Annotated[int, Field(ge=1024, le=65_535)]


class LocalhostSpec(SpecModel):
    """Brokers for a laptop: `kubectl port-forward`, then localhost:<port>."""

    port: int = Field(
        default=19092,
        ge=10_000,
        le=65_533,
        description="Port of the first broker; the next ones follow. Example: 19092",
    )


class NodePortSpec(SpecModel):
    """Brokers on a port of every node."""

    host: Host = Field(
        description="Address by which clients reach a node: a name, IPv4 or IPv6. "
        "Example: 192.168.1.128"
    )
    ports: list[NodePort] = Field(
        min_length=1,
        max_length=3,
        description="Port of each broker, inside the cluster's range for node ports. "
        "Example: [30092]",
    )


class LoadBalancerSpec(SpecModel):
    """Brokers behind a load balancer of the cloud, one each."""

    hosts: list[Host] = Field(
        min_length=1,
        max_length=3,
        description="Address of each broker's load balancer, as DNS will know it. "
        "Example: [kafka-0.example.org]",
    )


class KafkaAccessSpec(SpecModel):
    """Listeners of Kafka for clients outside the cluster, all with user and password."""

    localhost: LocalhostSpec | None = Field(
        default=None, description="For port-forward from a laptop. Example: {port: 19092}"
    )
    node_port: NodePortSpec | None = Field(
        default=None,
        description="On ports of the nodes. Example: {host: 192.168.1.128, ports: [30092]}",
    )
    load_balancer: LoadBalancerSpec | None = Field(
        default=None,
        description="Behind load balancers. Example: {hosts: [kafka-0.example.org]}",
    )

    @property
    def any(self) -> bool:
        """Whether there is a way in at all."""
        return any((self.localhost, self.node_port, self.load_balancer))
