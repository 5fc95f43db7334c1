"""Packages of Debian, for what a tool needs on the machine.

Only the standard library, because tools.venv reads this before anything is installed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

QUIETLY = {"DEBIAN_FRONTEND": "noninteractive"}
"""Environment of the commands: no question stops them."""


def install_command(*packages: str) -> list[str]:
    """What a person with root's rights types to get packages."""
    return ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]


def commands(*packages: str) -> list[list[str]]:
    """The commands that get packages on a machine whose lists may be old, in their order."""
    return [["apt-get", "update", "-q"], install_command(*packages)]


def may_install() -> bool:
    """Whether packages can be installed by who we are, here."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def is_debian(release: Path = Path("/etc/os-release")) -> bool:
    """Whether packages come from Debian here (Debian or a distribution made from it)."""
    try:
        lines = release.read_text().splitlines()
    except OSError:
        return False
    ids = [line.partition("=")[2] for line in lines if line.startswith(("ID=", "ID_LIKE="))]
    return "debian" in " ".join(ids).replace('"', "").split()
