"""Programs that recipes need on the host: found, installed from Debian, or named."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tools.shell import debian
from tools.shell.errors import MissingToolError
from tools.shell.progress import step
from tools.shell.run import logged

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


class Run(Protocol):
    """Runs a command with its output in a log; tools.shell.run.logged is one."""

    def __call__(self, args: list[str], log: Path, *, env: dict[str, str]) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Host:
    """A machine on which artefacts are built."""

    which: Callable[[str], str | None] = shutil.which
    uid: Callable[[], int] = os.geteuid
    run: Run = logged

    def require(self, *tools: str, log: Path) -> None:
        """Make sure that each program is on PATH; as root on Debian, install what is missing.

        Raises MissingToolError naming the first program that cannot be had, and the cure.
        """
        for tool in tools:
            if self.which(tool) is None:
                self.install(tool, log)

    def install(self, tool: str, log: Path) -> None:
        """Install the Debian packages of one program, or raise MissingToolError."""
        packages = DEBIAN_PACKAGES.get(tool)
        if packages is None:
            raise MissingToolError(tool, BY_HAND.get(tool, f"install `{tool}` and put it on PATH"))
        if self.which("apt-get") is None:
            raise MissingToolError(tool, f"install `{tool}` with this system's package manager")
        if self.uid() != 0:
            raise MissingToolError(tool, f"run: sudo {' '.join(debian.install_command(*packages))}")
        with step(f"install {', '.join(packages)} from Debian"):
            debian.install(
                lambda command: self.run(command, log, env=debian.QUIETLY),
                *packages,
                there=lambda: self.which(tool) is not None,
            )
        if self.which(tool) is None:
            known = f"Debian's {packages} are installed, but it is not on PATH"
            raise MissingToolError(tool, known)


require = Host().require
