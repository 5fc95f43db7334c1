"""A small file server in a lab's namespace, from which labs fetch what tests give them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

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
    pod = plain_pod(
        "files",
        reference("jobs"),
        command=["python3", "-m", "http.server", "8000", "--directory", "/files"],
        volumeMounts=[{"name": "files", "mountPath": "/files"}],
    )
    pod["metadata"]["labels"] = {"app": "files"}
    pod["spec"]["volumes"] = [{"name": "files", "configMap": {"name": "files"}}]
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "files"},
        "spec": {"selector": {"app": "files"}, "ports": [{"port": 8000}]},
    }
    for body in (config, pod, service):
        kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(body))
