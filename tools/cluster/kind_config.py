"""kind's configuration file for our cluster."""

from __future__ import annotations

import json
import os

from tools.cluster.errors import ClusterError

CLUSTER_KIND = {"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4"}


def wanted_port() -> int:
    """Port of 127.0.0.1 for the API server, from API_PORT; 0 lets a free one be found."""
    text = os.environ.get("API_PORT", "0")
    if not text.isdigit() or int(text) > 65535:  # noqa: PLR2004 - the last port there is
        raise ClusterError(f"API_PORT={text} is no port", "give a number from 1024 to 65535")
    return int(text)


def config_text(nodes: int, port: int) -> str:
    """JSON, which is YAML too: one control plane, the other nodes workers."""
    roles = ["control-plane", *["worker"] * (nodes - 1)]
    networking: dict[str, str | int] = {"apiServerAddress": "127.0.0.1"}
    if port:
        networking["apiServerPort"] = port
    document = {
        **CLUSTER_KIND,
        "networking": networking,
        "nodes": [{"role": role} for role in roles],
    }
    return json.dumps(document, indent=2) + "\n"
