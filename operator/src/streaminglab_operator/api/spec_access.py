"""`spec.access`: who can reach the lab, and how."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from streaminglab_operator.api.base import SpecModel
from streaminglab_operator.api.spec_parts import Host, ResourceName

AnnotationValue = Annotated[str, StringConstraints(max_length=1024)]
NodePort = Annotated[int, Field(ge=1024, le=65_535)]


class HostsSpec(SpecModel):
    """Host names of the lab's pages, where the usual ones do not fit."""

    kafka_ui: Host | None = Field(
        default=None,
        alias="kafkaUI",
        description="Host name of kafka-ui. Example: liveconnect-wk1.example.org",
    )
    jupyter: Host | None = Field(
        default=None,
        description="Host name of Jupyter. Example: liveconnect-batch-wk1.example.org",
    )
    grafana: Host | None = Field(
        default=None, description="Host name of Grafana. Example: weather.example.org"
    )
    influxdb: Host | None = Field(
        default=None,
        description="Host name of InfluxDB, which is not exposed without. "
        "Example: influxdb.example.org",
    )
    schema_registry: Host | None = Field(
        default=None,
        description="Host name of the schema registry, which is not exposed without: it has no "
        "login. Example: registry.example.org",
    )


class IngressSpec(SpecModel):
    """The lab's pages through the cluster's ingress controller: one Ingress object."""

    class_name: ResourceName | None = Field(
        default=None,
        description="IngressClass. Unset: the cluster's default. Example: onyxia",
    )
    domain: Host = Field(
        description="Domain of the pages: each is <namespace>-<lab>-<service>.<domain> unless "
        "hosts says otherwise. Example: user.lab.example.org",
    )
    tls: bool = Field(
        default=False,
        description="Whether pages are served by https; without tlsSecretName with the ingress "
        "controller's own certificate. Example: true",
    )
    tls_secret_name: ResourceName | None = Field(
        default=None,
        description="Secret of this namespace with the certificate. Example: lab-tls",
    )
    annotations: dict[str, AnnotationValue] = Field(
        default_factory=dict,
        max_length=16,
        description="Annotations of the Ingress object, for its controller. "
        "Example: {nginx.org/websocket-services: meteo-jupyter}",
    )
    external: bool = Field(
        default=False,
        description="Whether somebody else makes the Ingress object, such as a Helm chart around "
        "the lab. The operator then makes none, lets the ingress controller in, and shows the "
        "addresses. Example: true",
    )
    hosts: HostsSpec = Field(
        default_factory=HostsSpec,
        description="Host names, where the usual ones do not fit. "
        "Example: {kafkaUI: liveconnect-wk1.example.org}",
    )


class GatewaySpec(SpecModel):
    """The lab's pages through a Gateway (Gateway API), with the hosts of access.ingress."""

    name: ResourceName = Field(description="Name of the Gateway. Example: public")
    namespace: ResourceName | None = Field(
        default=None,
        description="Namespace of the Gateway, which must allow routes from this one. Unset: "
        "this namespace. Example: gateways",
    )
    section_name: ResourceName | None = Field(
        default=None, description="One listener of the Gateway. Unset: all. Example: https"
    )


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

    host: Host = Field(description="Address by which clients reach a node. Example: 192.168.1.128")
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


class AccessSpec(SpecModel):
    """Who can reach the lab, and how."""

    namespace_pods: bool = Field(
        default=True,
        description="Whether every pod of this namespace may use the lab (Kafka, InfluxDB, "
        "Connect, ...), as course exercises with `kubectl run` need. false: only pods with the "
        "lab's label and the component label client. Example: true",
    )
    ingress: IngressSpec | None = Field(
        default=None,
        description="Pages by host name. Example: {className: onyxia, domain: lab.example.org}",
    )
    gateway: GatewaySpec | None = Field(
        default=None,
        description="Pages through a Gateway instead of an Ingress object; the hosts and the "
        "domain are those of access.ingress. Example: {name: public}",
    )
    kafka: KafkaAccessSpec = Field(
        default_factory=KafkaAccessSpec,
        description="Kafka from outside the cluster. Example: {localhost: {port: 19092}}",
    )
