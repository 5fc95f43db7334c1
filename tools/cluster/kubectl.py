"""Asking a cluster, by the kubectl that belongs to our Kubernetes version."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.artifacts import store
from tools.artifacts.catalog import recipe
from tools.cluster.run import call


def program() -> str:
    """Our own kubectl when it has been built, else the one on PATH (Docker pulls suffice)."""
    own = store.path_of(recipe("kubernetes")) / "bin" / "kubectl"
    if own.exists():
        return str(own)
    return shutil.which("kubectl") or str(built())


def built() -> Path:
    """Our own kubectl, built when it is missing."""
    return store.ensure(recipe("kubernetes")) / "bin" / "kubectl"


def kubectl(config: Path, *args: str, check: bool = True, stdin: str | None = None) -> str:
    """Run kubectl against a kubeconfig and return what it printed."""
    base = [program(), f"--kubeconfig={config}", "--request-timeout=20s"]
    return call([*base, *args], check=check, stdin=stdin).stdout


def ask(config: Path, *args: str) -> Any:
    """The JSON answer of `kubectl get`; None when the cluster does not answer."""
    text = kubectl(config, "get", *args, "-o", "json", check=False)
    return json.loads(text) if text else None


def answers(config: Path) -> bool:
    """Whether the API server says that it is ready; asks for 3 seconds at most."""
    base = [program(), f"--kubeconfig={config}", "--request-timeout=3s"]
    return call([*base, "get", "--raw=/readyz"], check=False).stdout.strip() == "ok"


def is_true(conditions: list[dict[str, str]], name: str) -> bool:
    """Whether a condition of this type is True."""
    return any(c["type"] == name and c["status"] == "True" for c in conditions)


def nodes_ready(config: Path) -> tuple[int, int]:
    """(nodes that are Ready, nodes)."""
    found = ask(config, "nodes")
    items = found["items"] if found else []
    ready = [n for n in items if is_true(n["status"].get("conditions", []), "Ready")]
    return len(ready), len(items)


def started_before(pod: dict[str, Any], moment: str) -> bool:
    """Whether a container of the pod is said to run since before `moment` (RFC 3339, UTC).

    After a node was restarted such a status is a memory: its kubelet has not looked yet.
    """
    states = [c.get("state", {}) for c in pod["status"].get("containerStatuses", [])]
    return any(s["running"]["startedAt"] < moment for s in states if "running" in s)


def pod_unready(pod: dict[str, Any], restarted: Mapping[str, str]) -> bool:
    """Whether a pod should be Ready and is not; `restarted` maps nodes to the moment."""
    if pod["status"].get("phase") == "Succeeded":
        return False
    moment = restarted.get(pod["spec"].get("nodeName", ""), "")
    if moment and started_before(pod, moment):
        return True
    return not is_true(pod["status"].get("conditions", []), "Ready")


def pods_unready(
    config: Path, *namespaces: str, restarted: Mapping[str, str] | None = None
) -> list[str]:
    """Names of the pods in these namespaces that should be Ready and are not."""
    late = []
    for namespace in namespaces:
        found = ask(config, "pods", "-n", namespace)
        if not found or not found["items"]:
            late.append(f"pods of {namespace}")
            continue
        late += [p["metadata"]["name"] for p in found["items"] if pod_unready(p, restarted or {})]
    return late
