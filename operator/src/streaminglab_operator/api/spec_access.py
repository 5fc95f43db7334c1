"""`spec.access`: who can reach the lab, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, StringConstraints, create_model

from streaminglab_operator.schema import hosts, units
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.parts import AnnotationValue, Host, ObjectName, SecretName
from streaminglab_operator.services import SERVICES, Page, Service
from streaminglab_operator.services.kafka_outside import KafkaAccessSpec, NodePort

# A route of a Gateway is named "<lab>-access-<host>", in at most 253 characters.
PageHost = Annotated[str, StringConstraints(min_length=1, max_length=199), *hosts.NAMES]
# One label of at most 63 characters comes before it.
Domain = Annotated[str, StringConstraints(min_length=1, max_length=135), *hosts.NAMES]
WorkGroup = Annotated[
    str,
    StringConstraints(min_length=1, max_length=40),
    Format(
        "work-group-format", units.PLUGIN_NAME, "use small letters, digits and '-', as in a UUID"
    ),
]
OpenPage = Literal["connect", "influxdb", "ksqldb", "schemaRegistry"]
"""Those that have no login of their own for browsers."""


def _host(page: Page, alias: str) -> Any:
    return Field(default=None, alias=alias, description=page.description)


class _Hosts(SpecModel):
    """Host names of the lab's pages, where the usual ones do not fit."""

    def of(self, service: Service[Any]) -> str | None:
        """The host name that the spec gives to a service's page."""
        return getattr(self, service.part.field, None)


if TYPE_CHECKING:
    HostsSpec = _Hosts
else:
    HostsSpec = create_model(
        "HostsSpec",
        __base__=_Hosts,
        __doc__=_Hosts.__doc__,
        **{
            s.part.field: (PageHost | None, _host(s.page, s.part.key))
            for s in SERVICES
            if s.page is not None
        },
    )


class IngressSpec(SpecModel):
    """The lab's pages through the cluster's ingress controller: one Ingress object."""

    class_name: ObjectName | None = Field(
        default=None,
        description="IngressClass. Unset: the administrator's choice, or the cluster's default. "
        "Example: onyxia",
    )
    domain: Domain | None = Field(
        default=None,
        description="Domain of the pages: each is <namespace>-<lab>-<service>.<domain> unless "
        "hosts says otherwise. Unset: the administrator's choice. Example: user.lab.example.org",
    )
    tls: bool | None = Field(
        default=None,
        description="Whether pages are served by https; without tlsSecretName with the ingress "
        "controller's own certificate. Unset: the administrator's choice, false as a rule. "
        "Example: true",
    )
    tls_secret_name: SecretName | None = Field(
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
    work_group: WorkGroup | None = Field(
        default=None,
        description="Id of a work group, which the host names end in: kafka-ui is "
        "<lab>-<id>.<domain>, Jupyter <lab>-batch-<id>.<domain>, any other page "
        "<lab>-<service>-<id>.<domain>. Unset: the usual names. Example: wk1",
    )
    open: list[OpenPage] = Field(
        default_factory=list,
        max_length=4,
        json_schema_extra={"x-kubernetes-list-type": "set"},
        description="Services without a login that get a host name all the same: whoever reaches "
        "the address may use them. Example: [schemaRegistry]",
    )
    hosts: HostsSpec = Field(
        default_factory=HostsSpec,
        description="Host names, where the usual ones do not fit. "
        "Example: {kafkaUI: liveconnect-wk1.example.org}",
    )


class OutsidePortSpec(SpecModel):
    """A port of every node."""

    host: Host = Field(
        description="Address by which clients reach a node: a name, IPv4 or IPv6. "
        "Example: 192.168.1.128"
    )
    port: NodePort = Field(
        description="The port, inside the cluster's range for node ports. Example: 30083"
    )


class OutsideBalancerSpec(SpecModel):
    """A load balancer of the cloud."""

    host: Host = Field(
        description="Address of the load balancer, as DNS will know it. "
        "Example: connect.example.org"
    )


class OutsideServiceSpec(SpecModel):
    """A service for other machines."""

    node_port: OutsidePortSpec | None = Field(
        default=None,
        description="On a port of the nodes. Example: {host: 192.168.1.128, port: 30083}",
    )
    load_balancer: OutsideBalancerSpec | None = Field(
        default=None, description="Behind a load balancer. Example: {host: connect.example.org}"
    )


class _Outside(SpecModel):
    """Services for machines outside the cluster, each on a port of its own."""

    def of(self, service: Service[Any]) -> OutsideServiceSpec | None:
        """The ways from outside to a service."""
        return getattr(self, service.part.field, None)


if TYPE_CHECKING:
    OutsideSpec = _Outside
else:
    OutsideSpec = create_model(
        "OutsideSpec",
        __base__=_Outside,
        __doc__=_Outside.__doc__,
        **{
            s.part.field: (
                OutsideServiceSpec | None,
                Field(default=None, alias=s.part.key, description=s.outside),
            )
            for s in SERVICES
            if s.outside
        },
    )


class GatewaySpec(SpecModel):
    """The lab's pages through a Gateway (Gateway API), with the hosts of access.ingress."""

    name: ObjectName = Field(description="Name of the Gateway. Example: public")
    namespace: ObjectName | None = Field(
        default=None,
        description="Namespace of the Gateway, which must allow routes from this one. Unset: "
        "this namespace. Example: gateways",
    )
    section_name: ObjectName | None = Field(
        default=None, description="One listener of the Gateway. Unset: all. Example: https"
    )


class AccessSpec(SpecModel):
    """Who can reach the lab, and how."""

    namespace_pods: bool = Field(
        default=True,
        description="Whether every pod of this namespace may use the lab (Kafka, InfluxDB, "
        "Connect, ...), as course exercises with `kubectl run` need. false: only pods with the "
        "lab's label and the component label client. Example: true",
    )
    short_names: bool = Field(
        default=True,
        description="Whether the lab takes the courses' short names (kafka, influxdb, ...) for "
        "Services of its own, where nobody else has them. false: it leaves them to others, such as "
        "a chart that makes a Service kafka; <lab>-kafka is there in any case. Example: true",
    )
    discoverable: bool = Field(
        default=False,
        description="Whether services of a catalog find the lab's Kafka and databases: a Secret "
        "discoverable-<lab>-<service> each, with address and login, by Onyxia's convention, as "
        "soon as it answers. Example: true",
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
    outside: OutsideSpec = Field(
        default_factory=OutsideSpec,
        description="Other services from outside the cluster, by a port. "
        "Example: {connect: {nodePort: {host: 192.168.1.128, port: 30083}}}",
    )
