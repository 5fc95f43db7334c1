"""A cluster's status as a table for people."""

from __future__ import annotations

from pathlib import Path

from tools.cluster.api import Api, is_true
from tools.cluster.engine import Status
from tools.cluster.readiness import default_class, nodes_ready

ADDONS = {
    "DNS": ("kube-system", "k8s-app=kube-dns"),
    "network (Cilium)": ("kube-system", "k8s-app=cilium"),
    "network (kindnet)": ("kube-system", "app=kindnet"),
    "storage": ("local-path-storage", ""),
}
"""What a local cluster brings: name -> namespace and label of its pods."""


def table(status: Status) -> str:
    """Aligned lines: name, then what is."""
    rows = [("engine", status.engine), ("cluster", "answers" if status.up else "does not answer")]
    if status.kubeconfig:
        rows.append(("kubeconfig", str(status.kubeconfig)))
    rows += status.facts.items()
    if status.up and status.kubeconfig:
        rows += live(status.kubeconfig)
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {text}" for name, text in rows)


def live(config: Path) -> list[tuple[str, str]]:
    """What the API server tells: nodes, addons, storage."""
    api = Api.of(config)
    ready, known = nodes_ready(api)
    rows = [("nodes ready", f"{ready} of {known}")]
    for name, (namespace, label) in ADDONS.items():
        if pods := api.items("pods", namespace, label):
            good = sum(is_true(pod, "Ready") for pod in pods)
            rows.append((name, f"{good} of {len(pods)} pod(s) ready"))
    rows.append(("default StorageClass", default_class(api) or "none"))
    return rows
