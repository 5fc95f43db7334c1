"""The dbt project of a run: the image's own, or the lab's files laid out as dbt wants them.

A ConfigMap is flat, a dbt project is not. So the files' names say where they go:

    dbt_project.yml          the project's settings; the image's when it is absent
    macros__cents.sql        macros/cents.sql; so for seeds, tests, snapshots, analyses, models
    orders.sql, orders.yml   models/
    countries.csv            seeds/
    packages.yml             packages of others, which dbt brings before the first run with them
"""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

FOLDERS = frozenset({"models", "macros", "seeds", "tests", "snapshots", "analyses"})
SETTINGS = "dbt_project.yml"
DEPENDENCIES = ("dependencies.yml", "packages.yml", "package-lock.yml")
PACKAGES = "dbt_packages"
_BROUGHT = ".brought"


def place(name: str) -> PurePosixPath:
    """Where a file of the flat folder belongs in the project."""
    if name in (SETTINGS, *DEPENDENCIES):
        return PurePosixPath(name)
    folder, separator, rest = name.partition("__")
    if separator and rest and folder in FOLDERS:
        return PurePosixPath(folder, rest)
    return PurePosixPath("seeds" if name.endswith(".csv") else "models", name)


def files_of(given: Path) -> list[Path]:
    """The lab's own files; the links that Kubernetes keeps beside them (`..data`) are left out."""
    if not given.is_dir():
        return []
    return sorted(path for path in given.iterdir() if path.is_file() and path.name[0] != ".")


def lay_out(given: Path, default: Path, target: Path) -> None:
    """Make the project in `target` anew; called for each run, so that edits count at once. What dbt
    has brought for it stays."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        if old.is_dir() and old.name != PACKAGES:
            shutil.rmtree(old)
        elif old.is_file():
            old.unlink()
    files = files_of(given)
    if not files:
        shutil.copytree(default, target, dirs_exist_ok=True)
        return
    shutil.copyfile(default / SETTINGS, target / SETTINGS)
    for file in files:
        goal = target / place(file.name)
        goal.parent.mkdir(exist_ok=True)
        shutil.copyfile(file, goal)


def lacks_packages(target: Path) -> bool:
    """Whether the project names packages that were not brought for it yet."""
    named = _dependencies(target)
    brought = target / PACKAGES / _BROUGHT
    return bool(named) and not (brought.is_file() and brought.read_text() == named)


def has_packages(target: Path) -> None:
    """Remember that those which the project names are there."""
    (target / PACKAGES).mkdir(exist_ok=True)
    (target / PACKAGES / _BROUGHT).write_text(_dependencies(target))


def _dependencies(target: Path) -> str:
    """What names them. The lock is written by dbt itself, and is no choice of the project."""
    files = (target / name for name in DEPENDENCIES[:2])
    return "".join(file.read_text() for file in files if file.is_file())
