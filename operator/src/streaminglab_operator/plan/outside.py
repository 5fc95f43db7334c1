"""Ports of services for machines outside the cluster: what the spec asks for, and its values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import EffectiveSpec
from streaminglab_operator.plan.lab import wanted
from streaminglab_operator.schema.hosts import with_port
from streaminglab_operator.services import Service
from streaminglab_operator.services.context import LAB

NODE_PORT = "nodeport"
LOAD_BALANCER = "loadbalancer"


@dataclass(frozen=True, slots=True)
class Door:
    """One way to a service. ``host``: what clients write; ``node_port``: 0 behind a balancer."""

    service: Service[Any]
    way: str
    host: str
    node_port: int = 0

    @property
    def name(self) -> str:
        """The end of its Service's name, behind the lab's access release."""
        return f"{self.service.component}-{self.way}"

    @property
    def address(self) -> str:
        """What a client outside writes."""
        there = with_port(self.host, self.node_port or self.service.port)
        return f"{self.service.scheme}://{there}" if self.service.scheme else there

    def values(self) -> dict[str, Any]:
        """As the access chart takes it."""
        return {
            "name": self.name,
            "podLabels": names.pod_labels(LAB, self.service.component),
            "port": self.service.port,
            "nodePort": self.node_port,
        }


def doors(spec: EffectiveSpec) -> tuple[Door, ...]:
    """Of the services that the lab has."""
    return tuple(_doors(spec))


def _doors(spec: EffectiveSpec) -> Iterator[Door]:
    for service in wanted(spec):
        ways = spec.access.outside.of(service) if service.outside else None
        if ways is None:
            continue
        if ways.node_port:
            yield Door(service, NODE_PORT, ways.node_port.host, ways.node_port.port)
        if ways.load_balancer:
            yield Door(service, LOAD_BALANCER, ways.load_balancer.host)
