"""An image as an artefact: `image.tar`, keyed by everything that goes into it."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts import get, store
from tools.artifacts.errors import ArtifactError
from tools.artifacts.recipe import KEY_LENGTH, Recipe
from tools.images import base, context, engine
from tools.images.catalog import Image, image

ARCHIVE = "image.tar"
KEPT = 2
"""Images of earlier inputs that stay, for who goes back and forth between two states."""


@dataclass(frozen=True, kw_only=True)
class ImageRecipe(Recipe):
    """One image of the catalog. The store gives it the lock, the key and wholeness."""

    image: Image

    @property
    def tools(self) -> tuple[str, ...]:
        return ()

    def inputs(self) -> dict[str, str | bytes]:
        ground = of(self.image.base).key() if self.image.base else base.identity()
        return {**context.inputs(self.image), "base": ground, "version": self.image.version}

    def reference_of(self, key: str) -> str:
        """The image's full name for a key; it stands in the tag."""
        return f"{self.image.repository}:{self.image.version}-{key}"

    @property
    def reference(self) -> str:
        """The full name that the present inputs give."""
        return self.reference_of(self.key())

    def build(self, target: Path, log: Path) -> None:
        key = target.name[-KEY_LENGTH:]
        ground = ensure(self.image.base) if self.image.base else base.ensure()
        with tempfile.TemporaryDirectory(prefix="context-", dir=target) as scratch:
            context.assemble(self.image, Path(scratch))
            if self.key() != key:
                raise ArtifactError(
                    f"files of the image {self.image.name} changed while they were gathered",
                    "run the same command again",
                )
            engine.build(Path(scratch), self.reference_of(key), ground, log)
        engine.save(self.reference_of(key), target / ARCHIVE, log)

    def fetch(self, log: Path) -> None:
        """Nothing of its own: the artefacts in it have recipes."""


def of(name: str) -> ImageRecipe:
    """The recipe of an image by its name in the catalog.

    Raises ArtifactError with the reason when the image cannot be built here.
    """
    found = image(name)
    if not found.local:
        raise ArtifactError(
            f"there is no local image `{name}`: {found.reason}",
            f"use {found.upstream} where an image registry can be reached",
        )
    return ImageRecipe(name=f"image-{name}", about=found.about, image=found)


def ensure(name: str) -> str:
    """Make sure that the engine holds the image, and return its reference.

    Builds it when its inputs changed; loads its archive when only the engine lost it.
    """
    recipe = of(name)
    # The long builds first, so that the key is not older than what it stands for.
    for part in recipe.image.artifacts:
        get(part.split("/")[0])
    directory = store.ensure(recipe)
    reference = recipe.reference_of(directory.name[-KEY_LENGTH:])
    drop_older(recipe)
    if not engine.image_id(reference):
        engine.load(directory / ARCHIVE, store.log_of(recipe.name))
    return reference


def drop_older(recipe: ImageRecipe) -> None:
    """Remove all but the newest images of earlier inputs: every edit of a source makes one."""
    newest_first = sorted(store.stale([recipe]), key=lambda path: -path.stat().st_mtime)
    for old in newest_first[KEPT:]:
        engine.remove(recipe.reference_of(old.name[-KEY_LENGTH:]))
        shutil.rmtree(old, ignore_errors=True)
