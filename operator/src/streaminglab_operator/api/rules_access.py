"""Rules on the ways into a lab, and on its weather."""

from __future__ import annotations

from collections.abc import Iterator

from streaminglab_operator.api.effective import brokers_of
from streaminglab_operator.api.rules_lab import CEL_BROKERS, LabCase
from streaminglab_operator.schema.rules import Rule


def _gateway_needs_domain(case: LabCase) -> Iterator[str]:
    if case.new.access.gateway is not None and case.new.access.ingress is None:
        yield "spec.access.gateway"


def _external_or_gateway(case: LabCase) -> Iterator[str]:
    access = case.new.access
    if access.gateway is not None and access.ingress is not None and access.ingress.external:
        yield "spec.access.gateway"


def _node_ports(case: LabCase) -> Iterator[str]:
    way = case.new.access.kafka.node_port
    if way is not None and len(way.ports) != brokers_of(case.new):
        yield "spec.access.kafka.nodePort.ports"


def _balancer_hosts(case: LabCase) -> Iterator[str]:
    way = case.new.access.kafka.load_balancer
    if way is not None and len(way.hosts) != brokers_of(case.new):
        yield "spec.access.kafka.loadBalancer.hosts"


def _weather_fixed(case: LabCase) -> Iterator[str]:
    if case.old is not None and case.old.weather and not case.new.weather:
        yield "spec.weather"


ACCESS_RULES: tuple[Rule, ...] = (
    Rule(
        id="outside-address-per-broker",
        at=("spec",),
        field_path=".access",
        cel=f"!has(self.access.kafka.nodePort) || "
        f"size(self.access.kafka.nodePort.ports) == {CEL_BROKERS}",
        message="give access.kafka.nodePort.ports one port for each broker",
        check=_node_ports,
    ),
    Rule(
        id="outside-host-per-broker",
        at=("spec",),
        field_path=".access",
        cel=f"!has(self.access.kafka.loadBalancer) || "
        f"size(self.access.kafka.loadBalancer.hosts) == {CEL_BROKERS}",
        message="give access.kafka.loadBalancer.hosts one address for each broker",
        check=_balancer_hosts,
    ),
    Rule(
        id="gateway-needs-domain",
        at=("spec.access",),
        field_path=".gateway",
        cel="!has(self.gateway) || has(self.ingress)",
        message="a Gateway needs the host names of access.ingress: give at least its domain",
        check=_gateway_needs_domain,
    ),
    Rule(
        id="external-without-gateway",
        at=("spec.access",),
        field_path=".gateway",
        cel="!has(self.gateway) || !has(self.ingress) || !self.ingress.external",
        message="with ingress.external somebody else leads browsers to the lab: take gateway out, "
        "or external",
        check=_external_or_gateway,
    ),
    Rule(
        id="weather-stays",
        at=("spec.weather",),
        cel="self || !oldSelf",
        message="the weather of an existing lab cannot be taken away: its data would be lost. "
        "Make a new lab",
        check=_weather_fixed,
    ),
)
