"""The pages of a lab: which service has which host name, and the values of the access chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import (
    EffectiveSpec,
    StreamingLabSpec,
    effective,
    validate_spec,
)
from streaminglab_operator.names import LabKey
from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.plan.lab import Lab
from streaminglab_operator.services import CORE, OPTIONAL
from streaminglab_operator.services.context import LAB

COMPONENT = "access"
_MAX_LABEL = 63


@dataclass(frozen=True, slots=True)
class Exposed:
    """One page under a host name; ``host`` may hold placeholders, ``real_host`` does not."""

    component: str
    port: int
    host: str
    real_host: str


def exposed(key: LabKey, spec: EffectiveSpec) -> tuple[Exposed, ...]:
    """The pages that a spec asks for, in the order of the services."""
    return tuple(_exposed(key, spec))


def _exposed(key: LabKey, spec: EffectiveSpec) -> Iterator[Exposed]:
    ingress = spec.access.ingress
    if ingress is None:
        return
    for service in (*OPTIONAL, *CORE):
        if service.page is None or not spec.has(service):
            continue
        component, port = service.component, service.port
        named = ingress.hosts.of(service)
        if named is None and not service.page.login:
            continue
        if named is not None:
            yield Exposed(component, port, named, named)
            continue
        label = _label(key, component)
        fits = len(label) <= _MAX_LABEL
        shown = _label(LabKey(PLACEHOLDER.namespace, PLACEHOLDER.lab), component)
        short = f"{component}-{names.digest(label)}"
        yield Exposed(
            component,
            port,
            f"{shown if fits else short}.{ingress.domain}",
            f"{label if fits else short}.{ingress.domain}",
        )


def _label(key: LabKey, component: str) -> str:
    """One label, because a wildcard certificate covers one level only."""
    return f"{key.namespace}-{key.name}-{component}"


def hosts_of(key: LabKey, spec: StreamingLabSpec) -> frozenset[str] | None:
    """The host names that a lab lays claim to; None where the spec breaks a rule of the CRD, which
    a cluster without CEL, or one that stored it under an older version, does not refuse."""
    if validate_spec(spec, name=key.name):
        return None
    if spec.access.ingress is None:
        return frozenset()
    return frozenset(page.real_host for page in exposed(key, effective(spec)))


def by_operator(spec: EffectiveSpec) -> bool:
    """Whether the operator leads browsers to the pages; otherwise somebody else's Ingress does."""
    ingress = spec.access.ingress
    return ingress is not None and not ingress.external


def values(lab: Lab, pages: tuple[Exposed, ...]) -> dict[str, Any]:
    """One Ingress object, or routes of a Gateway, for these pages."""
    ingress, gateway = lab.spec.access.ingress, lab.spec.access.gateway
    rules = [
        {"host": p.host, "service": names.release(LAB, p.component), "port": p.port} for p in pages
    ]
    found: dict[str, Any] = {
        "commonLabels": names.lab_labels(LAB),
        "managedBy": names.FIELD_MANAGER,
    }
    if gateway is not None:
        parent = {
            "name": gateway.name,
            "namespace": gateway.namespace,
            "sectionName": gateway.section_name,
        }
        parents = [{k: text for k, text in parent.items() if text}]
        return {**found, "gateway": {"parentRefs": parents, "rules": rules}}
    if ingress is None:
        return found
    return {
        **found,
        "ingress": {
            "className": ingress.class_name or "",
            "tls": ingress.tls,
            "tlsSecret": ingress.tls_secret_name or "",
            "annotations": dict(ingress.annotations),
            "rules": rules,
        },
    }
