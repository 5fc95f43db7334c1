"""Programs that recipes need on the host: found, installed from Debian, or named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.artifacts import process
from tools.artifacts.errors import MissingToolError
from tools.artifacts.progress import step

DEBIAN_PACKAGES = {
    "mvn": ["maven", "default-jdk-headless"],
    "javac": ["default-jdk-headless"],
    "gcc": ["gcc", "libc6-dev"],
    "pkg-config": ["pkg-config"],
    "mmdebstrap": ["mmdebstrap"],
    "git": ["git"],
    "strip": ["binutils"],
}
"""Program -> the Debian 12 packages that bring it in a version that is new enough."""

BY_HAND = {
    "go": "install Go 1.26 or newer (Debian 12 has 1.19, which is too old) and put it on PATH",
    "cargo": "install Rust with rustup (Debian 12 has 1.63, which is too old) and put it on PATH",
    "rustup": "install rustup, which chooses the Rust version that libflux is built with",
}
"""Programs that Debian 12 has not, or only too old."""


def require(*tools: str, log: Path) -> None:
    """Make sure that each program is on PATH; as root on Debian, install what is missing.

    Raises MissingToolError naming the first program that cannot be had, and the cure.
    """
    missing = [tool for tool in tools if shutil.which(tool) is None]
    for tool in missing:
        install(tool, log)


def install(tool: str, log: Path) -> None:
    """Install the Debian packages of one program, or raise MissingToolError."""
    packages = DEBIAN_PACKAGES.get(tool)
    if packages is None:
        raise MissingToolError(tool, BY_HAND.get(tool, f"install `{tool}` and put it on PATH"))
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        raise MissingToolError(tool, f"install `{tool}` with this system's package manager")
    if os.geteuid() != 0:
        raise MissingToolError(tool, f"run: sudo {' '.join(command)}")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    with step(f"install {', '.join(packages)} from Debian"):
        process.run(["apt-get", "update", "-q"], log, env=env)
        process.run(command, log, env=env)
    if shutil.which(tool) is None:
        raise MissingToolError(tool, f"Debian's {packages} are installed, but it is not on PATH")
