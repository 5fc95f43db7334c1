"""Asking a cluster, by the kubectl that belongs to our Kubernetes version."""

from __future__ import annotations

import json
import shutil
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


def pods_unready(config: Path, *namespaces: str) -> list[str]:
    """Names of the pods in these namespaces that should be Ready and are not."""
    late = []
    for namespace in namespaces:
        found = ask(config, "pods", "-n", namespace)
        if not found or not found["items"]:
            late.append(f"pods of {namespace}")
            continue
        for pod in found["items"]:
            done = pod["status"].get("phase") == "Succeeded"
            if not done and not is_true(pod["status"].get("conditions", []), "Ready"):
                late.append(pod["metadata"]["name"])
    return late
