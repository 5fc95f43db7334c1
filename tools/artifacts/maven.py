"""Jars and archives from one pom, each checked against a committed sha256."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts.recipe import Recipe, files_of
from tools.artifacts.versions import pin
from tools.shell.errors import ToolError
from tools.shell.run import logged

MAVEN_DIRECTORY = Path(__file__).parent / "maven"
SUMS = "sha256sums.txt"
ONE_AT_A_TIME = threading.Lock()
"""Several Mavens must not write into the same local repository."""


@dataclass(frozen=True, kw_only=True)
class MavenRecipe(Recipe):
    """The runtime dependencies of `tools/artifacts/maven/<name>/pom.xml`, in `jars/`."""

    properties: tuple[tuple[str, str], ...] = ()
    """Versions that the pom leaves open: ("kafka.version", "4.3.1")."""

    @property
    def tools(self) -> tuple[str, ...]:
        return ("mvn",)

    @property
    def directory(self) -> Path:
        """Where this recipe's pom.xml and its checksums lie."""
        return MAVEN_DIRECTORY / self.name

    def inputs(self) -> dict[str, str | bytes]:
        return {**files_of(self.directory), "properties": repr(self.properties)}

    def build(self, target: Path, log: Path) -> None:
        self.copy_dependencies(target / "jars", log)
        check((self.directory / SUMS).read_text(), sums(target / "jars"))

    def copy_dependencies(self, jars: Path, log: Path) -> None:
        """Let Maven resolve the pom and copy every runtime dependency into one directory."""
        plugin = "org.apache.maven.plugins:maven-dependency-plugin"
        goal = f"{plugin}:{pin('maven', 'maven-dependency-plugin')}:copy-dependencies"
        with ONE_AT_A_TIME:
            logged(
                ["mvn", "-B", "-q", "-U", "-Dstyle.color=never",
                 "-f", self.directory / "pom.xml", goal,
                 "-DincludeScope=runtime", f"-DoutputDirectory={jars}",
                 *(f"-D{name}={value}" for name, value in self.properties)],
                log,
            )  # fmt: skip

    def fetch(self, log: Path) -> None:
        self.copy_dependencies(log.parent / f"{self.name}-jars", log)


def sums(directory: Path) -> dict[str, str]:
    """File name -> sha256 (hex) of every file in a directory."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.iterdir())
    }


def check(committed: str, found: dict[str, str]) -> None:
    """Compare files with a committed list in the format of `sha256sum`.

    Raises ToolError naming the first file that is other, missing or unknown.
    """
    lines = (line.split() for line in committed.splitlines() if line and line[0] != "#")
    wanted = {name: digest for digest, name in lines}
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            raise ToolError(f"{name} is in the checksum list, but Maven did not bring it")
        if name not in wanted:
            raise ToolError(f"{name} came from Maven, but has no committed checksum")
        if wanted[name] != found[name]:
            raise ToolError(f"{name} has sha256 {found[name]}, expected {wanted[name]}")
