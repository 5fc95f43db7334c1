"""The addresses that a student copies: only of what works at this moment. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.status import EndpointStatus, Url
from streaminglab_operator.observed import LabView
from streaminglab_operator.plan import Desired, Lab, short_names
from streaminglab_operator.plan.lab import wanted
from streaminglab_operator.schema.hosts import with_port
from streaminglab_operator.services import Service
from streaminglab_operator.services.kafka import KAFKA, PASSWORD_KEY, USER_KEY
from streaminglab_operator.status.components import PartState
from streaminglab_operator.status.ways import (
    open_balancers,
    open_doors,
    open_node_ports,
    open_pages,
)

FEW = 6
"""Names that are said."""
NO_LOGIN = "no login"


def endpoints(lab: Lab, view: LabView, parts: Iterable[PartState]) -> list[EndpointStatus]:
    """For clients in the namespace and outside."""
    up = _up(view, lab, parts)
    return [e for e in _endpoints(lab, view) if e.name.partition("-via-")[0] in up]


def urls(lab: Lab, view: LabView, parts: Iterable[PartState], desired: Desired) -> list[Url]:
    """For browsers: pages that are up, and whose names somebody serves."""
    up = _up(view, lab, parts)
    ingress = lab.spec.access.ingress
    scheme = "https" if ingress and (ingress.tls or ingress.tls_secret_name) else "http"
    return [
        Url(name=page.component, url=f"{scheme}://{page.real_host}/")
        for page in open_pages(lab, view, desired)
        if page.component in up
    ]


def _up(view: LabView, lab: Lab, parts: Iterable[PartState]) -> set[str]:
    """Those that answer: also where something else of them was refused, such as a node port."""
    return {
        part.name
        for part in parts
        if part.ready
        or (part.running and view.get("Service", names.release(lab.key.name, part.name)))
    }


def _endpoints(lab: Lab, view: LabView) -> Iterator[EndpointStatus]:
    for service in wanted(lab.spec):
        if service.alias:
            host = short_names.host_of(lab, view, service)
            yield EndpointStatus(
                name=service.component,
                address=service.address(host),
                description=_login(lab, service) if _people(lab, service) else None,
            )
        if service is KAFKA:
            yield from _kafka_outside(lab, view)
    for door in open_doors(lab, view):
        name = f"{door.service.component}-via-{door.way}"
        description = _login(lab, door.service)
        yield EndpointStatus(name=name, address=door.address, description=description)


def _login(lab: Lab, service: Service[Any]) -> str:
    """Where the password of each user is, or that there is none."""
    keys = [key for key in service.drawn if key.endswith("-password")]
    if not keys:
        return NO_LOGIN
    found = f"Secret {names.credentials(lab.key.name)}: {', '.join(keys)}"
    if people := _people(lab, service):
        part: Any = lab.spec.parts[service.part.field]
        found += f" for {part.username}; a line name:password in {service.derived[0]}"
        found += f" for {_few(people)}"
        keys += service.chosen(part) if service.chosen else ()
    if chosen := lab.spec.passwords_secret_name:
        found += f"; those that you chose also in Secret {chosen}: {_few(keys)}"
    return found


def _people(lab: Lab, service: Service[Any]) -> tuple[str, ...]:
    """Further users of a service."""
    return service.people(lab.spec.parts[service.part.field]) if service.people else ()


def _few(words: Sequence[str]) -> str:
    """Not all of a whole class: a description is read."""
    more = len(words) - FEW
    return ", ".join(words) if more <= 0 else f"{', '.join(words[:FEW])} and {more} more"


def _kafka_outside(lab: Lab, view: LabView) -> Iterator[EndpointStatus]:
    ways = lab.spec.access.kafka
    secret = names.credentials(lab.key.name)
    login = f"SASL_PLAINTEXT, SCRAM-SHA-512; Secret {secret}: {USER_KEY}, {PASSWORD_KEY}"
    brokers = range(lab.spec.brokers)
    if ways.localhost:
        ports = [ways.localhost.port + i for i in brokers]
        pods = names.release(lab.key.name, "kafka")
        lines = "; ".join(f"kubectl port-forward sts/{pods}-{i} {p}" for i, p in enumerate(ports))
        address = ",".join(f"localhost:{port}" for port in ports)
        yield _outside("localhost", address, f"after {lines}; {login}")
    if ways.node_port and open_node_ports(lab, view):
        address = ",".join(with_port(ways.node_port.host, port) for port in ways.node_port.ports)
        yield _outside("nodeport", address, login)
    if ways.load_balancer and open_balancers(lab, view):
        address = ",".join(with_port(host, KAFKA.port) for host in ways.load_balancer.hosts)
        yield _outside("loadbalancer", address, login)


def _outside(way: str, address: str, description: str) -> EndpointStatus:
    return EndpointStatus(name=f"kafka-via-{way}", address=address, description=description)
