"""The build context of an image: its Containerfile, parts of artefacts, parts of the checkout."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts import get, store
from tools.artifacts.catalog import recipe
from tools.artifacts.recipe import files_of
from tools.images.catalog import Image
from tools.shell.paths import ROOT

LEFT_OUT = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "tests", "ci", "agent"}
"""Directories of the checkout that no image needs, so that editing a test rebuilds nothing."""


def walk(root: Path) -> Iterator[Path]:
    """Files and symbolic links below a directory (or the file itself), sorted."""
    if root.is_file():
        yield root
        return
    for directory, names, files in os.walk(root):
        here = Path(directory)
        links = [name for name in names if (here / name).is_symlink()]
        kept = set(names) - LEFT_OUT - set(links)
        names[:] = sorted(name for name in kept if not name.endswith(".egg-info"))
        yield from (here / name for name in sorted([*files, *links]))


@dataclass(frozen=True)
class Contexts:
    """Gathers what images are built from out of a checkout and the artefact store."""

    root: Path = ROOT
    """The checkout."""

    def containerfiles(self, image: Image) -> Path:
        """The directory with an image's Containerfile and the files beside it."""
        return self.root / "images" / image.name

    def source_inputs(self, sources: tuple[str, ...]) -> dict[str, str | bytes]:
        """Content of every file of the checkout that goes into the context."""
        found: dict[str, str | bytes] = {}
        for source in sources:
            for path in walk(self.root / source):
                name = f"src/{path.relative_to(self.root)}"
                link = f"-> {path.readlink()}" if path.is_symlink() else None
                found[name] = link if link is not None else path.read_bytes()
        return found

    def inputs(self, image: Image) -> dict[str, str | bytes]:
        """Everything in the context, artefacts by the key of their own inputs."""
        own: dict[str, str | bytes] = {**files_of(self.containerfiles(image))}
        for part in image.artifacts:
            own[f"artifacts/{part}"] = store.path_of(recipe(part.split("/")[0])).name
        return {**own, **self.source_inputs(image.sources)}

    def assemble(self, image: Image, context: Path) -> None:
        """Fill an empty directory; builds the artefacts that are missing."""
        shutil.copytree(self.containerfiles(image), context, dirs_exist_ok=True)
        for part in image.artifacts:
            name, _, below = part.partition("/")
            place(get(name) / below, context / "artifacts" / part)
        for source in image.sources:
            for path in walk(self.root / source):
                goal = context / "src" / path.relative_to(self.root)
                goal.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, goal, follow_symlinks=False)


def place(source: Path, goal: Path) -> None:
    """Copy a file or a tree; the parents of `goal` are made."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, goal, symlinks=True)
    else:
        shutil.copy2(source, goal)
