"""Where the tools keep their files; nothing is ever written to the checkout.

Only the standard library, because tools.venv reads this before anything is installed.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""


def cache_dir() -> Path:
    """Root of all caches: STREAMINGLAB_CACHE, else XDG_CACHE_HOME/streaminglab."""
    if named := os.environ.get("STREAMINGLAB_CACHE"):
        return Path(named).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base).absolute() / "streaminglab"


def artifacts_dir() -> Path:
    """Built artefacts; never removed by `down`."""
    return cache_dir() / "artifacts"


def state_dir() -> Path:
    """What `up` remembers: kubeconfig, log files, the machine as it was. `down` removes it."""
    return cache_dir() / "cluster"


def kubeconfig() -> Path:
    """The kubeconfig of the cluster that the tools made."""
    return state_dir() / "kubeconfig"


def docker_root() -> Path:
    """Data root of the Docker engine that the tools start themselves."""
    return cache_dir() / "docker"


def run_dir() -> Path:
    """Sockets and process ids of that engine: STREAMINGLAB_RUN, else /run/streaminglab."""
    return Path(os.environ.get("STREAMINGLAB_RUN") or "/run/streaminglab")


def docker_socket() -> Path:
    """Socket of that engine."""
    return run_dir() / "docker.sock"
