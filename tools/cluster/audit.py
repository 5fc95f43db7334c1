"""The API server's audit log: what the operator, and the pages of labs, asked for.

By it a test compares the rights that are given with those that are used. Kept small: metadata
alone, of these accounts alone, in a few files that replace one another.
https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tools.machine import Docker

OPERATOR = "system:serviceaccount:streaminglab-system:streaminglab-operator"
"""The account of the operator that the tools install."""

FOLDER = "/etc/kubernetes/streaminglab"
POLICY_FILE = f"{FOLDER}/audit-policy.yaml"
LOG_FOLDER = "/var/log/streaminglab"
LOG_FILE = f"{LOG_FOLDER}/audit.log"
MEGABYTES, FILES = 64, 3
"""Size of a log file, and how many older ones are kept: 256 MB at most."""

POLICY: dict[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    # A watch is told when it begins; otherwise it would be seen when it ends, minutes later.
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "Metadata", "users": [OPERATOR]},
        # The pages' accounts have as many names as there are labs.
        {
            "level": "Metadata",
            "userGroups": ["system:serviceaccounts"],
            "resources": [{"group": "streaminglab.dev"}],
        },
        {"level": "None"},
    ],
}


def policy_text() -> str:
    """The policy, as JSON, which is YAML too."""
    return json.dumps(POLICY, indent=2) + "\n"


def control_plane(policy_path: str) -> dict[str, Any]:
    """What kind's control plane needs; ``policy_path``: of the policy, on this machine.

    kubeadm mounts both places into the API server's pod. kind adds the arguments to its own; named
    without a version and as a map they fit kubeadm's v1beta3 (Kubernetes before 1.36) and v1beta4,
    whose extraArgs are a list (kind v0.33.0, pkg/internal/patch/kubeadm_merge.go).
    """
    arguments = {
        "audit-policy-file": POLICY_FILE,
        "audit-log-path": LOG_FILE,
        "audit-log-maxsize": str(MEGABYTES),
        "audit-log-maxbackup": str(FILES),
    }
    patch = {
        "kind": "ClusterConfiguration",
        "apiServer": {
            "extraArgs": arguments,
            "extraVolumes": [
                _volume("streaminglab-audit-policy", FOLDER, read_only=True),
                _volume("streaminglab-audit-log", LOG_FOLDER, read_only=False),
            ],
        },
    }
    return {
        "extraMounts": [{"hostPath": policy_path, "containerPath": POLICY_FILE, "readOnly": True}],
        "kubeadmConfigPatches": [json.dumps(patch)],
    }


def _volume(name: str, path: str, *, read_only: bool) -> dict[str, Any]:
    return {
        "name": name,
        "hostPath": path,
        "mountPath": path,
        "readOnly": read_only,
        "pathType": "DirectoryOrCreate",
    }


def entries(docker: Docker, node: str) -> Iterator[dict[str, Any]]:
    """The events of a control plane's log, oldest file first. Empty without a log."""
    listed = docker.run("exec", node, "sh", "-c", f"ls -1 {LOG_FOLDER} 2>/dev/null", check=False)
    # Older files have the time of their end in their name, and sort before the newest.
    for name in sorted(listed.split(), key=lambda n: (f"{LOG_FOLDER}/{n}" == LOG_FILE, n)):
        for line in docker.run("exec", node, "cat", f"{LOG_FOLDER}/{name}").splitlines():
            yield json.loads(line)
