"""A Debian root file system made from signed packages, for images without a registry."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts.recipe import Recipe
from tools.shell.run import logged

# Copyright files stay: the licences ask for it.
DPKG_OPTIONS = (
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/info/*",
    "path-exclude=/usr/share/locale/*",
    "path-exclude=/usr/share/lintian/*",
)


@dataclass(frozen=True, kw_only=True)
class RootfsRecipe(Recipe):
    """`rootfs.tar`: essential packages, apt and CA certificates of one Debian suite."""

    suite: str

    @property
    def tools(self) -> tuple[str, ...]:
        return ("mmdebstrap",)

    def inputs(self) -> dict[str, str | bytes]:
        return {"command": repr(self.command(Path("rootfs.tar")))}

    def command(self, target: Path) -> list[str]:
        """The mmdebstrap command; STREAMINGLAB_DEBIAN_MIRROR names another mirror."""
        options = [f"--dpkgopt={option}" for option in DPKG_OPTIONS]
        mirror = os.environ.get("STREAMINGLAB_DEBIAN_MIRROR")
        return ["mmdebstrap", "--variant=apt", "--include=ca-certificates", *options,
                self.suite, str(target), *([mirror] if mirror else [])]  # fmt: skip

    def build(self, target: Path, log: Path) -> None:
        # Its scratch directory must not be in /tmp: that may be mounted nodev.
        logged(self.command(target / "rootfs.tar"), log, env={"TMPDIR": str(target.parent)})

    def fetch(self, log: Path) -> None:
        simulate = self.command(Path("/dev/null"))
        logged([simulate[0], "--simulate", *simulate[1:]], log)
