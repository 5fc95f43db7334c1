"""The part of the values that every chart of ours shares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.schema.parts import StoredSpec
from streaminglab_operator.services import egress, placement
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.context import LAB, ServiceContext
from streaminglab_operator.services.size import Size


def base(ctx: ServiceContext, key: str, size: Size, *, credentials: bool = False) -> dict[str, Any]:
    """Image (by its key), labels and sizes. ``credentials``: its pods restart when the credentials
    change."""
    values: dict[str, Any] = {
        **_from_where(ctx),
        **placement.values(ctx.pods),
        **placement.user(ctx.site_pods),
        "commonLabels": names.lab_labels(LAB),
        "managedBy": names.FIELD_MANAGER,
        "resources": placement.with_scratch(size.resources(), ctx.site_pods),
    }
    if image := chosen_image(ctx, key):
        values["image"] = image
    if credentials:
        values["podAnnotations"] = {
            **values.get("podAnnotations", {}),
            f"{names.GROUP}/credentials": PLACEHOLDER.credentials,
        }
    return values


def _from_where(ctx: ServiceContext) -> dict[str, Any]:
    """Where nodes pull images from, and with which Secrets of the lab's namespace."""
    values: dict[str, Any] = {}
    if ctx.image_registry:
        values["global"] = {"imageRegistry": ctx.image_registry}
    if ctx.image_pull_secrets:
        values["imagePullSecrets"] = [{"name": name} for name in ctx.image_pull_secrets]
    return values


def of_service(service: Service[Any], part: Any, ctx: ServiceContext) -> dict[str, Any]:
    """What follows from the declaration alone: image, sizes, network, short name excepted."""
    size = ctx.size(service.component, service.as_asked(part).sizes, part)
    return {
        **base(ctx, service.images[0], size, credentials=service.restarts),
        **(egress.values(ctx) if service.goes_out else {}),
        "networkPolicy": network_of(service, ctx),
    }


def storage(part: StoredSpec, ctx: ServiceContext, *, retain: bool) -> dict[str, Any]:
    """The disk of a service, as charts take it."""
    class_name = part.storage_class_name or ctx.storage_class
    return {"size": part.storage, "className": class_name, "retain": retain}


def chosen_image(ctx: ServiceContext, key: str) -> dict[str, str]:
    """The administrator's image, as charts take it; empty: the chart's own."""
    reference = ctx.images.get(key)
    registry = {"registry": ctx.own_registry} if ctx.own_registry else {}
    if not reference:
        # Which images are ours is looked up in the whole table, and mostly makes no difference.
        return registry if registry and key in ctx.defaulted else {}
    return {**registry, **image_values(reference)}


def image_values(reference: str) -> dict[str, str]:
    """``registry:5000/a/b:1.2@sha256:...`` split as charts take it."""
    rest, _, digest = reference.partition("@")
    repository, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = rest, ""
    return {"repository": repository, "tag": tag, "digest": digest}


def network_of(service: Service[Any], ctx: ServiceContext) -> dict[str, Any]:
    """Both ends of a service's edges.

    An open lab admits every pod of its namespace to what is shared; another one the declared
    clients, and pods that carry the lab's label and the component label ``client``. Where a
    service may roam (a connector's database that a student runs beside the lab), no server is
    named, which charts take for every pod of the namespace.
    """
    servers = () if service.roams and ctx.open else ctx.servers_of(service.component)
    if not service.shared:
        return policy(ctx.clients_of(service.component), servers)
    peers: list[dict[str, Any]] = [{"podLabels": {}}]
    if not ctx.open:
        clients = (*ctx.clients_of(service.component), "client")
        peers = [{"podLabels": names.pod_labels(LAB, c)} for c in clients]
    if service.asked_by_operator:
        peers.append(
            {
                "podLabels": {"app.kubernetes.io/name": "streaminglab-operator"},
                "namespaceLabels": {"kubernetes.io/metadata.name": ctx.operator_namespace},
            }
        )
    if ctx.exposes(service.component):
        peers.append({"podLabels": {}, **_where_browsers_come_from(ctx)})
    found = _policy(peers, servers)
    if service.asks_kubernetes(ctx.part(service.part)):
        found["apiServerCIDRs"] = list(ctx.api_server)
    return found


def policy(clients: Iterable[str], servers: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """Who may connect, by component, and what this one may connect to (empty: see the chart)."""
    named = tuple(clients) or ("none",)
    return _policy([{"podLabels": names.pod_labels(LAB, c)} for c in named], servers)


def _where_browsers_come_from(ctx: ServiceContext) -> dict[str, Any]:
    """The ingress controller's namespace, where the administrator says which it is."""
    if ctx.ingress_namespace:
        return {"namespaceLabels": dict(ctx.ingress_namespace)}
    return {"anyNamespace": True}


def _policy(peers: list[dict[str, Any]], servers: Iterable[tuple[str, int]]) -> dict[str, Any]:
    return {
        "enabled": True,
        "clients": peers,
        "servers": [
            {"podLabels": names.pod_labels(LAB, component), "ports": [port]}
            for component, port in servers
        ],
    }
