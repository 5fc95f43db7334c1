"""The dbt project of a run: the image's own, or the lab's files laid out as dbt wants them.

A ConfigMap is flat, a dbt project is not. So the files' names say where they go:

    dbt_project.yml          the project's settings; the image's when it is absent
    macros__cents.sql        macros/cents.sql; so for seeds, tests, snapshots, analyses, models
    orders.sql, orders.yml   models/
    countries.csv            seeds/
"""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

FOLDERS = frozenset({"models", "macros", "seeds", "tests", "snapshots", "analyses"})
SETTINGS = "dbt_project.yml"


def place(name: str) -> PurePosixPath:
    """Where a file of the flat folder belongs in the project."""
    if name == SETTINGS:
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
    """Make the project in `target` anew; called for each run, so that edits count at once."""
    shutil.rmtree(target, ignore_errors=True)
    files = files_of(given)
    if not files:
        shutil.copytree(default, target)
        return
    target.mkdir(parents=True)
    shutil.copyfile(default / SETTINGS, target / SETTINGS)
    for file in files:
        goal = target / place(file.name)
        goal.parent.mkdir(exist_ok=True)
        shutil.copyfile(file, goal)
