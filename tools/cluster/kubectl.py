"""The kubectl that belongs to our Kubernetes version: for what a person would type, and for what
has no API (port-forward, proxy). Objects are read and written by :mod:`tools.cluster.api`."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.artifacts import store
from tools.artifacts.catalog import recipe
from tools.shell.run import call


def program() -> str:
    """Our own kubectl when it has been built, else the one on PATH (Docker pulls suffice)."""
    own = store.path_of(recipe("kubernetes")) / "bin" / "kubectl"
    if own.exists():
        return str(own)
    return shutil.which("kubectl") or str(store.ensure(recipe("kubernetes")) / "bin" / "kubectl")


def kubectl(config: Path, *args: str, check: bool = True) -> str:
    """Run kubectl against a kubeconfig and return what it printed."""
    base = [program(), f"--kubeconfig={config}", "--request-timeout=20s"]
    return call([*base, *args], check=check).stdout
