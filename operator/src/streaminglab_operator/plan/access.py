"""The pages of a lab: which service has which host name, and the values of the access chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import (
    EffectiveSpec,
    StreamingLabSpec,
    effective,
)
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.api.site import NOTHING, filled
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Culprit
from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.plan import outside
from streaminglab_operator.plan.ingress import ISSUERS, IngressPolicy
from streaminglab_operator.plan.lab import Lab
from streaminglab_operator.schema.site import Site
from streaminglab_operator.services import CORE, OPTIONAL, Service
from streaminglab_operator.services.context import LAB

COMPONENT = "access"
_MAX_LABEL = 63


@dataclass(frozen=True, slots=True)
class Exposed:
    """One page under a host name; ``host`` may hold placeholders, ``real_host`` does not.

    ``own``: the name that a page has by itself, made of namespace and lab.
    """

    component: str
    port: int
    host: str
    real_host: str
    own: bool


def exposed(key: LabKey, spec: EffectiveSpec) -> tuple[Exposed, ...]:
    """The pages that a spec asks for, in the order of the services."""
    return tuple(_exposed(key, spec))


def _exposed(key: LabKey, spec: EffectiveSpec) -> Iterator[Exposed]:
    ingress = spec.access.ingress
    if ingress is None or ingress.domain is None:
        return
    for service in (*OPTIONAL, *CORE):
        if service.page is None or not spec.has(service):
            continue
        named = ingress.hosts.of(service)
        opened = service.part.key in ingress.open
        if not service.page.exposed(named=opened or named is not None):
            continue
        own = _own(key, service, ingress.domain)
        if named is None and ingress.work_group:
            yield _of_work_group(key, service, ingress.work_group, ingress.domain)
        elif named in (None, own.real_host):
            yield own
        elif named is not None:
            yield Exposed(service.component, service.port, named, named, own=False)


def idle_hosts(spec: EffectiveSpec) -> list[str]:
    """The services, by their keys, whose page has a host name in the spec and is not there."""
    ingress = spec.access.ingress
    return [
        service.part.key
        for service in (*OPTIONAL, *CORE)
        if ingress is not None and ingress.hosts.of(service) and not spec.has(service)
    ]


def _own(key: LabKey, service: Service[Any], domain: str) -> Exposed:
    component = service.component
    label = _label(key, component)
    fits = len(label) <= _MAX_LABEL
    shown = _label(LabKey(PLACEHOLDER.namespace, PLACEHOLDER.lab), component)
    short = f"{component}-{names.digest(label)}"
    return Exposed(
        component,
        service.port,
        f"{shown if fits else short}.{domain}",
        f"{label if fits else short}.{domain}",
        own=True,
    )


def _of_work_group(key: LabKey, service: Service[Any], group: str, domain: str) -> Exposed:
    """Not the lab's own: nothing in it tells of whose namespace it is."""
    word = service.component
    if service.page is not None and service.page.word is not None:
        word = service.page.word
    middle = f"-{word}-{group}" if word else f"-{group}"
    label = f"{key.name}{middle}"
    if len(label) > _MAX_LABEL:
        label = f"{service.component}-{names.digest(label)}"
        host = f"{label}.{domain}"
        return Exposed(service.component, service.port, host, host, own=False)
    shown = f"{PLACEHOLDER.lab}{middle}.{domain}"
    return Exposed(service.component, service.port, shown, f"{label}.{domain}", own=False)


def _label(key: LabKey, component: str) -> str:
    """One label, because a wildcard certificate covers one level only."""
    return f"{key.namespace}-{key.name}-{component}"


def hosts_of(
    key: LabKey,
    spec: StreamingLabSpec,
    policy: IngressPolicy | None = None,
    site: Site = NOTHING,
) -> tuple[frozenset[str], frozenset[str]]:
    """The host names that a lab lays claim to, and those of them that are its own. The spec must
    have passed the rules of the CRD."""
    if spec.access.ingress is None:
        return frozenset(), frozenset()
    pages = [p for p in exposed(key, effective(filled(spec, site))) if _allowed(key, p, policy)]
    return (
        frozenset(page.real_host for page in pages),
        frozenset(page.real_host for page in pages if page.own),
    )


def _allowed(key: LabKey, page: Exposed, policy: IngressPolicy | None) -> bool:
    return page.own or policy is None or policy.allows_host(key, page.component, page.real_host)


def refused_pages(lab: Lab, policy: IngressPolicy) -> tuple[Exposed, ...]:
    """The pages whose names the administrator does not let labs have."""
    if not by_operator(lab.spec):
        return ()
    return tuple(p for p in exposed(lab.key, lab.spec) if not _allowed(lab.key, p, policy))


def problem(lab: Lab, policy: IngressPolicy) -> Culprit | None:
    """What the spec asks for and the administrator does not let labs do, the first of it."""
    ingress = lab.spec.access.ingress
    if ingress is None or ingress.external:
        return None
    for page in refused_pages(lab, policy):
        likes = " or ".join(policy.patterns(lab.key, page.component))
        return Culprit(
            Reason.HOST_NOT_ALLOWED,
            f"labs of this namespace may not have the host name {page.real_host}: in "
            f"spec.access.ingress.hosts write one like {likes} for {page.component}, or take it "
            "out",
        )
    keys = policy.refused_annotations(ingress.annotations)
    if keys and lab.spec.access.gateway is None:
        return Culprit(
            Reason.ANNOTATION_NOT_ALLOWED,
            f"labs may not have the annotation {keys[0]}, and it is left out: take it out of "
            "spec.access.ingress.annotations, or ask the administrator to allow it",
        )
    return None


def by_operator(spec: EffectiveSpec) -> bool:
    """Whether the operator leads browsers to the pages; otherwise somebody else's Ingress does."""
    ingress = spec.access.ingress
    return ingress is not None and not ingress.external


def values(lab: Lab, pages: tuple[Exposed, ...], policy: IngressPolicy) -> dict[str, Any]:
    """One Ingress object, or routes of a Gateway, for these pages; and ports for other machines."""
    ingress, gateway = lab.spec.access.ingress, lab.spec.access.gateway
    rules = [
        {"host": p.host, "service": names.release(LAB, p.component), "port": p.port} for p in pages
    ]
    found: dict[str, Any] = {
        "commonLabels": names.lab_labels(LAB),
        "managedBy": names.FIELD_MANAGER,
        "outside": [door.values() for door in outside.doors(lab.spec)],
    }
    if not pages:
        return found
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
    refused = policy.refused_annotations(ingress.annotations)
    annotations = {k: v for k, v in ingress.annotations.items() if k not in refused}
    secret = ingress.tls_secret_name or ""
    if ingress.tls and not secret and policy.issuer and not annotations.keys() & ISSUERS:
        annotations |= policy.issuer
        secret = names.release(LAB, "tls")
    return {
        **found,
        "ingress": {
            "className": ingress.class_name or "",
            "tls": bool(ingress.tls),
            "tlsSecret": secret,
            "annotations": annotations,
            "rules": rules,
        },
    }
