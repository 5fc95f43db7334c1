"""What a node image is assembled from: artefacts, by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tools.artifacts import get
from tools.artifacts.catalog import recipe
from tools.artifacts.versions import pin

Parts = Mapping[str, Path]
"""Name of an artefact -> its directory: programs in bin/, other files beside it."""


def names() -> list[str]:
    """Every artefact that goes into a node image."""
    programs = ["kubernetes", "etcd", "coredns", "local-path-provisioner", "pause", "cilium"]
    return [f"rootfs-{pin('debian', 'node')}", "kind", "helm", *programs]


def keys() -> dict[str, str]:
    """Name -> key of the parts as they are pinned now; builds nothing."""
    return {name: recipe(name).key() for name in names()}


def collect() -> dict[str, Path]:
    """Every part, built first where it is missing (that takes minutes and says so)."""
    return {name: get(name) for name in names()}


def rootfs(parts: Parts) -> Path:
    """The archive with Debian's root file system."""
    return parts[f"rootfs-{pin('debian', 'node')}"] / "rootfs.tar"


def program(parts: Parts, part: str, name: str = "") -> Path:
    """A program of a part; its name is the part's own unless said."""
    return parts[part] / "bin" / (name or part)
