"""Krew's manifest of the plugin. Pure.

krew.sigs.k8s.io/docs/developer-guide/plugin-manifest says what a field means.
"""

from __future__ import annotations

from typing import Any

API_VERSION = "krew.googlecontainertools.github.com/v1alpha2"
SUMMARY = "See, open and change a StreamingLab"
DESCRIPTION = """\
A StreamingLab is Kafka, InfluxDB and more in one namespace, for courses. This plugin says how a
lab is and why, opens its pages, shows and writes records, stops brokers, and says what an edit
would change. The cluster needs the StreamingLab operator.
"""
CAVEATS = """\
It needs Python 3.11 to 3.14 on the PATH.
For `kubectl slab <Tab>`: kubectl slab completion kubectl
"""
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64", "AMD64": "amd64"}
"""What Python calls a machine -> what krew calls it."""


def archive_name(system: str, machine: str) -> str:
    """The archive's name, of what Python's `platform` calls system and machine."""
    return f"kubectl-slab-{system.lower()}-{ARCHITECTURES[machine]}.tar.gz"


def manifest(version: str, address: str, checksums: dict[str, str]) -> dict[str, Any]:
    """The manifest. ``address``: the folder of the archives; ``checksums``: archive -> SHA-256."""
    return {
        "apiVersion": API_VERSION,
        "kind": "Plugin",
        "metadata": {"name": "slab"},
        "spec": {
            "version": f"v{version}",
            "homepage": address,
            "shortDescription": SUMMARY,
            "description": DESCRIPTION,
            "caveats": CAVEATS,
            "platforms": [_platform(name, address, digest) for name, digest in checksums.items()],
        },
    }


def _platform(name: str, address: str, digest: str) -> dict[str, Any]:
    system, architecture = name.removesuffix(".tar.gz").split("-")[-2:]
    return {
        "selector": {"matchLabels": {"os": system, "arch": architecture}},
        "uri": f"{address.rstrip('/')}/{name}",
        "sha256": digest,
        "bin": "kubectl-slab",
    }
