"""The part of the values that every chart of ours shares."""

from collections.abc import Iterable, Mapping
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import ResourceSpec
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


def network(
    clients: Iterable[str], servers: Iterable[tuple[str, int]], *, admin: str = ""
) -> dict[str, Any]:
    """Who may connect, by component, and what this one may connect to.

    A pod of the student's own reaches a lab once it carries the lab's label and the component
    label ``client``. ``admin``: the operator's namespace, for the one chart that it talks to.
    """
    peers: list[dict[str, Any]] = [{"podLabels": names.pod_labels(LAB, c)} for c in clients]
    if admin:
        peers.append(
            {
                "podLabels": {"app.kubernetes.io/name": "streaminglab-operator"},
                "namespaceLabels": {"kubernetes.io/metadata.name": admin},
            }
        )
    return {
        "enabled": True,
        "clients": peers,
        "servers": [
            {"podLabels": names.pod_labels(LAB, component), "ports": [port]}
            for component, port in servers
        ],
    }
