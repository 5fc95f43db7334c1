"""A jar compiled by javac from Java sources of this repository, the same bytes every time."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts import store
from tools.artifacts.recipe import Recipe, files_of
from tools.shell.paths import ROOT
from tools.shell.run import logged

MANIFEST = "META-INF/MANIFEST.MF"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first day: no build time in the jar
RELEASE = "17"
"""The oldest Java that runs Kafka 4's workers."""


@dataclass(frozen=True, kw_only=True)
class JarRecipe(Recipe):
    """`<name>.jar`: the classes of `src/` and the files of `resources/`; either may be absent."""

    directory: str
    """Path in this repository."""
    version: str
    against: Recipe | None = None
    """The artefact whose `jars/` the sources are compiled against; they are not put in."""
    root: Path = ROOT
    """The checkout; not an input."""

    @property
    def tools(self) -> tuple[str, ...]:
        return ("javac",) if self.against else ()

    @property
    def sources(self) -> Path:
        """Where the Java files lie."""
        return self.root / self.directory / "src"

    @property
    def resources(self) -> Path:
        """Where the files lie that go into the jar as they are."""
        return self.root / self.directory / "resources"

    def inputs(self) -> dict[str, str | bytes]:
        parts = {"src": self.sources, "resources": self.resources}
        files: dict[str, str | bytes] = {
            f"{part}/{name}": content
            for part, directory in parts.items()
            for name, content in files_of(directory).items()
        }
        against = self.against.key() if self.against else ""
        return {**files, "version": self.version, "against": against}

    def build(self, target: Path, log: Path) -> None:
        entries = files_of(self.resources)
        if self.against:
            jars = store.ensure(self.against) / "jars"
            with tempfile.TemporaryDirectory(prefix="classes-", dir=target.parent) as scratch:
                compile_java(self.sources, jars, Path(scratch), log)
                entries |= files_of(Path(scratch))
        (target / f"{self.name}.jar").write_bytes(packed(self.version, entries))

    def fetch(self, log: Path) -> None:
        """Nothing of its own: what it is compiled against has a recipe."""


def compile_java(sources: Path, jars: Path, target: Path, log: Path) -> None:
    """Compile every source below a directory; any warning is an error.

    -g:lines, --release and a fixed encoding make the classes independent of who compiles them.
    """
    files = sorted(sources.rglob("*.java"))
    logged(
        ["javac", "--release", RELEASE, "-encoding", "UTF-8", "-g:lines", "-Xlint:all",
         "-Werror", "-proc:none",
         "-cp", f"{jars}/*", "-d", target, *files],
        log,
    )  # fmt: skip


def packed(version: str, entries: dict[str, bytes]) -> bytes:
    """The jar's bytes: fixed order, fixed times, fixed permissions."""
    manifest = f"Manifest-Version: 1.0\r\nImplementation-Version: {version}\r\n\r\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as jar:
        for name in (MANIFEST, *sorted(entries)):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            jar.writestr(entry, manifest.encode() if name == MANIFEST else entries[name])
    return buffer.getvalue()
