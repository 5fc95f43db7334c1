"""`fetch-all`: prove that every pin can be fetched, before hours are spent on building."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from tools.artifacts import host
from tools.artifacts.recipe import Recipe
from tools.shell.errors import CommandError, ToolError
from tools.shell.progress import say

PARALLEL = 24
"""Recipes fetched at a time: all, because each asks for its own pin first, so that one that is
refused is known within seconds and not only when its turn comes."""


def fetch_all(recipes: list[Recipe], parallel: int = PARALLEL) -> int:
    """Fetch all pins side by side; 0 when all came, else 1 with one line per refusal.

    A refusal is told as soon as it is known, while the others go on.
    """
    start = time.monotonic()
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="fetch-") as scratch, \
            ThreadPoolExecutor(parallel) as pool:  # fmt: skip
        running: dict[Future[None], str] = {}
        for recipe in recipes:
            running[pool.submit(fetch_one, recipe, Path(scratch))] = recipe.name
        for future in as_completed(running):
            name = running[future]
            seconds = time.monotonic() - start
            if (problem := future.exception()) is None:
                say(f"{name}: all pins came ({seconds:.0f} s)")
            elif isinstance(problem, (ToolError, OSError)):
                failed.append(name)
                say(f"{name}: CANNOT BE FETCHED ({seconds:.0f} s): {reason(problem)}")
            else:
                raise problem
    if failed:
        say(f"{len(failed)} of {len(recipes)} cannot be fetched: {', '.join(sorted(failed))}")
        return 1
    say(f"all {len(recipes)} can be fetched ({time.monotonic() - start:.0f} s)")
    return 0


def fetch_one(recipe: Recipe, scratch: Path) -> None:
    """Fetch the pins of one recipe, with a log of its own."""
    log = scratch / recipe.name / "log"
    log.parent.mkdir(parents=True)
    host.require(*recipe.tools, log=log)
    recipe.fetch(log)


def reason(problem: BaseException) -> str:
    """What could not be reached, in as few lines as name it."""
    if not isinstance(problem, CommandError):
        return str(problem)
    reported = [line.strip() for line in problem.tail.splitlines() if line.strip()]
    naming = [line for line in reported if any(word in line.lower() for word in MARKS)]
    return os.linesep.join(
        f"    {line}" for line in ["", *(naming or reported)[:3]]
    ).strip() or str(problem)


MARKS = ("403", "404", "410", "error", "could not", "refused", "no matching", "checksum")
"""Words by which Go, Maven, pip and apt mark the line that names the culprit."""
