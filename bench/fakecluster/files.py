"""The files that the control plane reads at its start."""

import json
import secrets
import subprocess
from pathlib import Path
from typing import Any

from bench.fakecluster.commands import ADMIN, FLOOR, OPERATOR, Layout

STAGES = Path(__file__).parent / "stages.yaml"
POD_ADDRESS = "podIP: 10.0.0.1"
USERS = (ADMIN, OPERATOR, FLOOR)
CLIENTS_GROUP = "bench-clients"


def write(layout: Layout, kubeadm: Path) -> dict[str, str]:
    """Write keys, tokens, kubeconfigs, audit policy and scheduler settings; token by user."""
    root = layout.root
    tokens = {user: secrets.token_hex(16) for user in USERS}
    groups = {user: "system:masters" if user == ADMIN else CLIENTS_GROUP for user in USERS}
    lines = [f'{tokens[u]},{u},{u},"{groups[u]}"\n' for u in USERS]
    (root / "tokens.csv").write_text("".join(lines))
    for user in USERS:
        _json(layout.kubeconfig(user), kubeconfig(layout.server, user, tokens[user]))
    _json(root / "audit-policy.yaml", audit_policy())
    _json(root / "scheduler.yaml", scheduler_settings(layout))
    subprocess.run(
        [kubeadm, "init", "phase", "certs", "sa", f"--cert-dir={root}"],
        check=True,
        capture_output=True,
    )
    return tokens


def stages(layout: Layout) -> Path:
    """Write what the fake kubelets do, with addresses of the cluster's families; the file."""
    addresses = layout.families.pods
    listed = ", ".join(f"{{ip: {ip}}}" for ip in addresses)
    said = f"podIP: {addresses[0]}\n      podIPs: [{listed}]"
    text = STAGES.read_text()
    if POD_ADDRESS not in text:
        raise ValueError(f"{STAGES.name} no longer says {POD_ADDRESS!r}")
    path = layout.root / STAGES.name
    path.write_text(text.replace(POD_ADDRESS, said))
    return path


def kubeconfig(server: str, user: str, token: str) -> dict[str, Any]:
    """One user, one cluster. Its certificate is made anew at each start and lives on loopback."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "bench", "cluster": {"server": server, "insecure-skip-tls-verify": True}}
        ],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": user}}],
        "current-context": "bench",
    }


def audit_policy() -> dict[str, Any]:
    """Who did what to which object, for the operator and the floor alone; no bodies."""
    return {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived", "ResponseStarted"],
        "rules": [
            {"level": "Metadata", "users": [OPERATOR, FLOOR]},
            {"level": "None"},
        ],
    }


def scheduler_settings(layout: Layout) -> dict[str, Any]:
    """No rate limit of its own, no leader election."""
    return {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "leaderElection": {"leaderElect": False},
        "clientConnection": {
            "kubeconfig": str(layout.kubeconfig(ADMIN)),
            "qps": 1000,
            "burst": 2000,
        },
    }


def _json(path: Path, document: dict[str, Any]) -> None:
    # JSON is YAML: one writer for both.
    path.write_text(json.dumps(document))
    path.chmod(0o600)
