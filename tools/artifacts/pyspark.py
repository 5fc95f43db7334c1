"""Spark with Python, out of its source archive: no wheel is published, and pip would build one."""

from __future__ import annotations

import re
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tools.artifacts.recipe import Recipe
from tools.shell.run import logged

LIST = Path(__file__).parent / "pyspark" / "requirements.txt"
LEFT_OUT = re.compile(
    r"connect-repl/.*|spark-(connect|ganglia|hive|kubernetes|yarn)[-_].*|hive-(?!storage-api).*|"
    r"(kubernetes|volcano|vertx|hadoop-yarn|derby|datanucleus|jdo|javax[.]jdo|libthrift|rocksdbjni|"
    r"leveldbjni)-.*|.*-(osx|windows)-.*"
)
"""Jars, below `jars/`, that no session in one JVM asks for: Spark Connect, cluster managers, Hive
(but for what ORC reads with), stores on disk for much state, other systems' libraries."""
EXECUTABLE = 0o755


@dataclass(frozen=True, kw_only=True)
class PysparkRecipe(Recipe):
    """`site/`, for PYTHONPATH: pyspark with `jars/` and `bin/` as an installed one has them, and
    py4j. What is left out of the archive: `LEFT_OUT`, tests, examples, cluster scripts."""

    version: str

    def inputs(self) -> dict[str, str | bytes]:
        return {"list": LIST.read_bytes(), "version": self.version, "left out": LEFT_OUT.pattern}

    def build(self, target: Path, log: Path) -> None:
        site = target / "site"
        with tempfile.TemporaryDirectory(prefix="archive-", dir=target.parent) as scratch:
            self.fetch_into(Path(scratch), log)
            unpack(Path(scratch) / f"pyspark-{self.version}.tar.gz", site)
            for wheel in Path(scratch).glob("*.whl"):
                shutil.unpack_archive(wheel, site, "zip")

    def fetch(self, log: Path) -> None:
        self.fetch_into(log.parent / f"{self.name}-archives", log)

    def fetch_into(self, directory: Path, log: Path) -> None:
        """Download what the list names; hashes are required for every file."""
        logged(
            [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps",
             # A cache would keep half a gigabyte that is read once.
             "--no-cache-dir", "--dest", directory, "-r", LIST],
            log,
        )  # fmt: skip


def unpack(archive: Path, site: Path) -> None:
    """Write what is kept of pyspark's source archive."""
    with tarfile.open(archive) as opened:
        for member, goal in kept(opened):
            path = site / goal
            path.parent.mkdir(parents=True, exist_ok=True)
            if content := opened.extractfile(member):
                with content, path.open("wb") as file:
                    shutil.copyfileobj(content, file)
            if goal.parts[1] == "bin":
                path.chmod(EXECUTABLE)


def kept(opened: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, PurePosixPath]]:
    """The files that are kept, each with its path below `site`."""
    for member in opened:
        goal = goal_of(member.name) if member.isfile() else None
        if goal is not None:
            yield member, goal


def goal_of(name: str) -> PurePosixPath | None:
    """Where a file of the archive lies when it is installed; None: it is left out.

    Its own setup.py puts `deps/jars` and its like into the package.
    """
    parts = PurePosixPath(name).parts[1:]
    if not parts or ".." in parts or "tests" in parts:
        return None
    if parts[0] == "pyspark":
        return PurePosixPath(*parts)
    if parts[:2] == ("deps", "jars"):
        left_out = LEFT_OUT.fullmatch("/".join(parts[2:]))
        return None if left_out else PurePosixPath("pyspark", *parts[1:])
    if parts[:2] in (("deps", "bin"), ("deps", "licenses")):
        return PurePosixPath("pyspark", *parts[1:])
    return None
