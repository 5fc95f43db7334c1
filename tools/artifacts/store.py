"""The artefact store: one directory per key, whole or absent.

A build goes to a hidden sibling directory and is renamed when it is whole, under a lock
per name. So an interrupted build leaves nothing that could be taken for a result, and two
callers never build the same thing twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from tools.artifacts import host
from tools.artifacts.recipe import Recipe
from tools.shell.lock import hold, is_held
from tools.shell.paths import artifacts_dir
from tools.shell.progress import say, step


def path_of(recipe: Recipe) -> Path:
    """Where the artefact of the present inputs lies, or will lie."""
    return artifacts_dir() / f"{recipe.name}-{recipe.key()}"


def missing(recipes: Iterable[Recipe]) -> list[Recipe]:
    """Those whose artefact of the present inputs is not there yet."""
    return [recipe for recipe in recipes if not _is_built(recipe)]


def _is_built(recipe: Recipe) -> bool:
    try:
        return path_of(recipe).is_dir()
    except OSError:
        return False  # A program that its key asks is not installed yet.


def log_of(name: str) -> Path:
    """The log of the last build of an artefact."""
    return artifacts_dir() / "logs" / f"{name}.log"


def ensure(recipe: Recipe) -> Path:
    """The directory of the artefact; builds it when it is missing.

    Raises ToolError when a program is missing or a command fails.
    """
    final = path_of(recipe)
    if final.is_dir():
        return final
    with hold(_lock_of(recipe.name), f"builds {recipe.name}"):
        if not final.is_dir():
            build(recipe, final)
    return final


def is_building(name: str) -> bool:
    """Whether somebody builds an artefact of this name now."""
    return is_held(_lock_of(name))


def _lock_of(name: str) -> Path:
    return artifacts_dir() / "locks" / f"{name}.lock"


def build(recipe: Recipe, final: Path) -> None:
    """Build into a temporary sibling of `final` and rename it; the caller holds the lock."""
    sweep(recipe.name)
    log = log_of(recipe.name)
    log.unlink(missing_ok=True)
    host.require(*recipe.tools, log=log)
    temporary = final.with_name(f".building-{final.name}")
    temporary.mkdir(parents=True)
    try:
        with step(recipe.name, recipe.seconds):
            recipe.build(temporary, log)
        temporary.rename(final)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        if log.exists():
            say(f"{recipe.name}: the whole log is in {log}")
        raise


def sweep(name: str) -> None:
    """Remove what a killed build of this name left behind; the caller holds the lock."""
    for left in artifacts_dir().glob(f".building-{name}-" + "[0-9a-f]" * 12):
        shutil.rmtree(left, ignore_errors=True)


def stale(recipes: Iterable[Recipe]) -> list[Path]:
    """Artefacts of known names whose inputs have changed since."""
    old: list[Path] = []
    for recipe in recipes:
        current = path_of(recipe)
        found = artifacts_dir().glob(f"{recipe.name}-" + "[0-9a-f]" * 12)
        old += [path for path in sorted(found) if path != current]
    return old
