"""The part of the values that every chart of ours shares."""

from collections.abc import Iterable, Mapping
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import ResourceSpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.render import PLACEHOLDER

LAB = PLACEHOLDER.lab


def base(
    image: str | None, resources: Mapping[str, Any], *, credentials: bool = False
) -> dict[str, Any]:
    """Image, labels and sizes. ``credentials``: its pods restart when the credentials change."""
    values: dict[str, Any] = {
        "commonLabels": names.lab_labels(LAB),
        "managedBy": names.FIELD_MANAGER,
        "resources": dict(resources),
    }
    if image:
        values["image"] = image_values(image)
    if credentials:
        values["podAnnotations"] = {
            f"{names.GROUP}/credentials": PLACEHOLDER.credentials,
        }
    return values


def wishes(resources: ResourceSpec | None) -> tuple[str | None, str | None]:
    """CPU and memory that a student asked for, each None if the profile decides."""
    return (resources.cpu, resources.memory) if resources else (None, None)


def image_values(reference: str) -> dict[str, str]:
    """``registry:5000/a/b:1.2@sha256:...`` split as charts take it."""
    rest, _, digest = reference.partition("@")
    repository, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = rest, ""
    return {"repository": repository, "tag": tag, "digest": digest}


def network(clients: Iterable[str], servers: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """Who may connect, by component, and what this one may connect to (empty: see the chart)."""
    return _policy([{"podLabels": names.pod_labels(LAB, c)} for c in clients], servers)


def client_network(
    lab: Lab,
    options: Options,
    *,
    clients: Iterable[str] = (),
    servers: Iterable[tuple[str, int]] | None = None,
    admin: bool = False,
    page: bool = False,
) -> dict[str, Any]:
    """The same for a part that students' own programs use.

    An open lab admits every pod of its namespace; another one ``clients``, and pods that carry
    the lab's label and the component label ``client``. ``admin``: the operator talks to it.
    ``page``: browsers reach it through the ingress controller, in whatever namespace that is.
    """
    peers: list[dict[str, Any]] = [{"podLabels": {}}]
    if not lab.open:
        peers = [{"podLabels": names.pod_labels(LAB, c)} for c in (*clients, "client")]
    if admin:
        peers.append(
            {
                "podLabels": {"app.kubernetes.io/name": "streaminglab-operator"},
                "namespaceLabels": {"kubernetes.io/metadata.name": options.operator_namespace},
            }
        )
    if page and lab.spec.wish.access.ingress is not None:
        peers.append({"podLabels": {}, "anyNamespace": True})
    return _policy(peers, servers or ())


def _policy(peers: list[dict[str, Any]], servers: Iterable[tuple[str, int]]) -> dict[str, Any]:
    return {
        "enabled": True,
        "clients": peers,
        "servers": [
            {"podLabels": names.pod_labels(LAB, component), "ports": [port]}
            for component, port in servers
        ],
    }
