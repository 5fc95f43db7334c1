"""Where the cluster tool keeps its files; nothing is ever written to the checkout."""

from __future__ import annotations

from pathlib import Path

from tools import venv

RUN_DIR = Path("/run/streaminglab")
"""Sockets and process ids of the Docker engine that this tool starts itself."""


def cache_dir() -> Path:
    """Root of all caches: STREAMINGLAB_CACHE, else XDG_CACHE_HOME/streaminglab."""
    return venv.cache()


def artifacts_dir() -> Path:
    """Built artefacts; shared with tools.artifacts and never removed by `down`."""
    return cache_dir() / "artifacts"


def state_dir() -> Path:
    """What `up` remembers: engine, kubeconfig, log files. `down` removes it."""
    return cache_dir() / "cluster"


def kubeconfig() -> Path:
    """The kubeconfig of the cluster that this tool made."""
    return state_dir() / "kubeconfig"


def docker_root() -> Path:
    """Data root of the Docker engine that this tool starts itself."""
    return cache_dir() / "docker"


def docker_socket() -> Path:
    """Socket of the Docker engine that this tool starts itself."""
    return RUN_DIR / "docker.sock"
