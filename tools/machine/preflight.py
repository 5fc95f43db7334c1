"""What must be true of a machine before a cluster is made on it; each refusal says the cure."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from tools.shell import paths
from tools.shell.errors import ToolError

DISK_BYTES = 15 * 10**9
"""A node image assembled here (2 GB, thrice while it is made), its parts, and a lab."""

CLUSTER_DISK_BYTES = 6 * 10**9
"""A cluster from a node image that is there or pulled, and a lab."""

MEMORY_BYTES = 4 * 10**9
"""One node with its addons takes 1.2 GB, a small lab 1.5 GB, and builds the rest."""

MEMINFO = Path("/proc/meminfo")


def available_memory(meminfo: Path = MEMINFO) -> int:
    """Bytes that new programs could use (MemAvailable)."""
    for line in meminfo.read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"{meminfo} has no MemAvailable line")


def existing_parent(path: Path) -> Path:
    """The nearest directory at or above `path` that is there."""
    while not path.exists():
        path = path.parent
    return path


def free_disk() -> int:
    """Bytes free where the caches lie."""
    return shutil.disk_usage(existing_parent(paths.cache_dir())).free


def refuse(disk: int, memory: int, need: int = DISK_BYTES) -> None:
    """Raise ToolError when disk or memory (bytes) are too small for a cluster."""
    if disk < need:
        raise ToolError(
            f"only {disk / 1e9:.1f} GB of disk are free at {paths.cache_dir()}, "
            f"a cluster needs {need / 1e9:.0f} GB",
            "free some, or set STREAMINGLAB_CACHE to a directory on a larger disk",
        )
    if memory < MEMORY_BYTES:
        raise ToolError(
            f"only {memory / 1e9:.1f} GB of memory are free, "
            f"a cluster needs {MEMORY_BYTES / 1e9:.0f} GB",
            "end other programs, or name another cluster with KUBECONFIG=...",
        )


def refuse_port(port: int) -> None:
    """Raise ToolError when the wanted port of the API server is taken; 0 is never."""
    if port == 0:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ToolError(
                f"port {port} of 127.0.0.1 cannot be had for the API server: {error.strerror}",
                "choose another with API_PORT=..., or leave it out and a free one is found",
            ) from error
