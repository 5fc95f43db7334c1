"""Objects that lead into a lab from outside, as their controllers say that they do. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_operator.observed.text import NAME, SENTENCE, cut

MOST = 64
"""Host names or parents of one object that are looked at; a lab has a page for each service."""


@dataclass(frozen=True, slots=True)
class PagesState:
    """An Ingress, or a route of a Gateway.

    - ``hosts``: the names in it
    - ``served``: the controller of an Ingress has given it an address; a Gateway has accepted the
      route
    - ``class_name``: the IngressClass; empty: none, or it is a route
    - ``refusal``: why the Gateway does not take the route, in its own words
    """

    hosts: frozenset[str]
    served: bool
    class_name: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class OutsideState:
    """A Service of type NodePort, with its ports, or of type LoadBalancer: has it an address?"""

    node_ports: frozenset[int] = frozenset()
    addressed: bool = False


def ingress_state(raw: Mapping[str, Any]) -> PagesState | None:
    """None where the metadata is all that is known."""
    if "spec" not in raw:
        return None
    rules = raw["spec"].get("rules") or []
    return PagesState(
        hosts=frozenset(cut(rule.get("host"), NAME) for rule in rules[:MOST]),
        served=_addressed(raw),
        class_name=cut(raw["spec"].get("ingressClassName"), NAME),
    )


def route_state(raw: Mapping[str, Any]) -> PagesState | None:
    """A route is served when one of its parents has accepted it (Gateway API, RouteStatus)."""
    if "spec" not in raw:
        return None
    found = list(_verdicts(raw))
    return PagesState(
        hosts=frozenset(cut(host, NAME) for host in (raw["spec"].get("hostnames") or [])[:MOST]),
        served=any(status == "True" for status, _ in found),
        refusal=next((words for status, words in found if status == "False"), ""),
    )


def _verdicts(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for parent in ((raw.get("status") or {}).get("parents") or [])[:MOST]:
        for condition in parent.get("conditions") or []:
            if condition.get("type") == "Accepted":
                words = f"{condition.get('reason', '')}: {condition.get('message', '')}"
                yield str(condition.get("status")), cut(words, SENTENCE)


def service_state(raw: Mapping[str, Any]) -> OutsideState | None:
    """None for a Service that leads nowhere from outside."""
    spec = raw.get("spec") or {}
    if spec.get("type") == "NodePort":
        ports = (port.get("nodePort", 0) for port in (spec.get("ports") or [])[:MOST])
        return OutsideState(node_ports=frozenset(int(port) for port in ports))
    if spec.get("type") == "LoadBalancer":
        return OutsideState(addressed=_addressed(raw))
    return None


def _addressed(raw: Mapping[str, Any]) -> bool:
    entries = ((raw.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    return any(entry.get("ip") or entry.get("hostname") for entry in entries[:MOST])
