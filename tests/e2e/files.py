"""A small file server in a lab's namespace, from which labs fetch what tests give them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from tests.e2e.cluster import Kubectl
from tests.e2e.courses import plain_pod
from tools.images import reference

URL = "http://files:8000"


def serve(kubectl: Kubectl, namespace: str, contents: Mapping[str, bytes]) -> None:
    """Files by their names below ``URL``; all of them in one ConfigMap."""
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "files"},
        "binaryData": {k: base64.b64encode(v).decode() for k, v in contents.items()},
    }
    kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(config))
    _serve(kubectl, namespace, {"configMap": {"name": "files"}})


def serve_large(kubectl: Kubectl, namespace: str, contents: Mapping[str, bytes]) -> None:
    """Files by their paths below ``URL``, also such as are too large for a ConfigMap."""
    _serve(kubectl, namespace, {"emptyDir": {}})
    kubectl("wait", "-n", namespace, "--for=condition=Ready", "pod/files", "--timeout=240s")
    write = 'mkdir -p "/files/$(dirname "$1")" && base64 -d > "/files/$1"'
    for path, content in contents.items():
        kubectl(
            "exec", "-i", "-n", namespace, "files", "--", "sh", "-c", write, "sh", path,
            stdin=base64.b64encode(content).decode(), timeout=300,
        )  # fmt: skip


def _serve(kubectl: Kubectl, namespace: str, volume: Mapping[str, Any]) -> None:
    pod = plain_pod(
        "files",
        reference("jobs"),
        command=["python3", "-m", "http.server", "8000", "--directory", "/files"],
        volumeMounts=[{"name": "files", "mountPath": "/files"}],
    )
    pod["metadata"]["labels"] = {"app": "files"}
    pod["spec"]["volumes"] = [{"name": "files", **volume}]
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "files"},
        "spec": {"selector": {"app": "files"}, "ports": [{"port": 8000}]},
    }
    for body in (pod, service):
        kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(body))
