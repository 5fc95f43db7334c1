"""The ports of a lab, as a table: what listens, and by which Services it is reached.

Made from what runs (Services, and the pod templates of the workloads), because a table written by
hand is wrong after the first change. docs/courses/answers/000-weather.md holds one, and a test
compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.cluster.api import Api

LAB_LABEL = "streaminglab.dev/lab"
COMPONENT_LABEL = "app.kubernetes.io/component"
KINDS = ("services", "statefulsets", "deployments")
HEAD = ("part", "port", "name", "reached by", "what for")
INSIDE = "nothing: for the node's probes"

PURPOSES = {
    ("influxdb", "http"): "API: writing, queries, alerts; web pages in the official image",
    ("kafka", "client"): "clients and other brokers: records go through it",
    ("kafka", "controller"): "the brokers' quorum (KRaft): who leads which partition",
    ("kafka", "agent"): "says whether the broker is in the quorum",
    ("kafka-ui", "http"): "web page to look at topics, as Kafdrop",
    ("page", "http"): "the lab's own page",
    ("producer", "health"): "says whether the producer has reached InfluxDB and Kafka",
    ("telegraf", "listener"): "points that InfluxDB replicates to Telegraf",
    ("telegraf", "alerts"): "alerts that InfluxDB sends to Telegraf",
    ("telegraf", "health"): "says whether Telegraf still holds points for Kafka",
    ("connect", "rest"): "REST API of Kafka Connect",
    ("jupyter", "http"): "JupyterLab",
}
"""(component, name of its port) -> a few words; a port that is not here has none."""


@dataclass(frozen=True, order=True)
class Port:
    """One port on which the pods of a component listen."""

    component: str
    number: int
    name: str
    services: tuple[str, ...]

    def cells(self) -> tuple[str, ...]:
        """The columns of its row."""
        reached = ", ".join(f"`{service}`" for service in self.services) or INSIDE
        purpose = PURPOSES.get((self.component, self.name), "")
        return (self.component, str(self.number), self.name, reached, purpose)


def running(api: Api, namespace: str, lab: str) -> list[dict[str, Any]]:
    """The Services and workloads of a lab."""
    label = f"{LAB_LABEL}={lab}"
    return [item for kind in KINDS for item in api.items(kind, namespace, label)]


def ports(objects: Iterable[Mapping[str, Any]]) -> list[Port]:
    """Every port of every component, with the Services that lead to it, in order.

    A component may have several workloads: each Kafka broker is one.
    """
    found: dict[tuple[str, int, str], set[str]] = {}
    for port in _of_workloads(objects):
        found.setdefault((port.component, port.number, port.name), set()).update(port.services)
    return sorted(Port(*port, tuple(sorted(services))) for port, services in found.items())


def _of_workloads(objects: Iterable[Mapping[str, Any]]) -> Iterator[Port]:
    items = list(objects)
    services = [item for item in items if item["kind"] == "Service"]
    for item in items:
        if item["kind"] == "Service":
            continue
        template = item["spec"]["template"]
        labels = template["metadata"]["labels"]
        for port in _container_ports(template["spec"]):
            reached = _reached(services, labels, port)
            yield Port(labels[COMPONENT_LABEL], port["containerPort"], port["name"], reached)


def _container_ports(pod: Mapping[str, Any]) -> list[dict[str, Any]]:
    containers = [*pod.get("initContainers", []), *pod["containers"]]
    return [port for container in containers for port in container.get("ports", [])]


def _reached(
    services: Iterable[Mapping[str, Any]], labels: Mapping[str, str], port: Mapping[str, Any]
) -> tuple[str, ...]:
    """``host:port`` of each Service that leads to a port of pods with these labels."""
    found = []
    for service in services:
        selector = service["spec"].get("selector") or {}
        if not selector or not selector.items() <= labels.items():
            continue
        for way in service["spec"]["ports"]:
            if way.get("targetPort", way["port"]) in (port["name"], port["containerPort"]):
                found.append(f"{service['metadata']['name']}:{way['port']}")
    return tuple(sorted(found))


def table(objects: Iterable[Mapping[str, Any]]) -> str:
    """The ports of a lab's objects as a table of Markdown."""
    rows = [HEAD, ("---",) * len(HEAD), *(port.cells() for port in ports(objects))]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
