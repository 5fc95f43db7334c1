"""Python packages of an image, installed on the host from wheels with pinned hashes."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts.recipe import Recipe
from tools.artifacts.versions import pin
from tools.shell.paths import ROOT
from tools.shell.run import logged

REQUIREMENTS = ROOT / "requirements"
GLIBC_TAGS = ("manylinux_2_28", "manylinux_2_17", "manylinux2014", "manylinux_2_12",
              "manylinux2010", "manylinux_2_5", "manylinux1")  # fmt: skip
"""Wheel platforms that Debian trixie's libc can run; pip wants each one named."""


DEVELOPERS = "dev"
"""The list of a developer's machine: no image holds it."""


def locked() -> list[str]:
    """The images' lists of packages, by name."""
    names = sorted(path.stem for path in REQUIREMENTS.glob("*.in"))
    return [name for name in names if name != DEVELOPERS]


@dataclass(frozen=True, kw_only=True)
class WheelsRecipe(Recipe):
    """`site/`: what `requirements/<list>.txt` names, ready for PYTHONPATH.

    The image needs no pip, and its build no network: the wheels are chosen for the Python
    of the image's suite (versions.toml) and not for the host's.
    """

    requirements: str

    @property
    def list_file(self) -> Path:
        """The locked list with hashes."""
        return REQUIREMENTS / f"{self.requirements}.txt"

    def inputs(self) -> dict[str, str | bytes]:
        return {"list": self.list_file.read_bytes(), "python": pin("debian", "python")}

    def build(self, target: Path, log: Path) -> None:
        self.pip(["install", "--no-compile", "--target", str(target / "site")], log)
        # Launchers made for the host's interpreter; images bring their own.
        shutil.rmtree(target / "site" / "bin", ignore_errors=True)

    def fetch(self, log: Path) -> None:
        self.pip(["download", "--dest", str(log.parent / f"{self.name}-wheels")], log)

    def pip(self, command: list[str], log: Path) -> None:
        """Run pip for the images' interpreter; hashes are required for every file."""
        machine = platform.machine()
        platforms = [word for tag in GLIBC_TAGS for word in ("--platform", f"{tag}_{machine}")]
        logged(
            [sys.executable, "-m", "pip", *command, "--quiet", "--require-hashes", "--no-deps",
             # It would look at the host's Python; the list was locked for the images'.
             "--ignore-requires-python",
             "--only-binary=:all:", "--implementation", "cp",
             "--python-version", pin("debian", "python"), *platforms, "-r", self.list_file],
            log,
        )  # fmt: skip
