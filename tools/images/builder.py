"""An image as an artefact: `image.tar`, keyed by everything that goes into it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.artifacts import get, store
from tools.artifacts.recipe import KEY_LENGTH, Recipe
from tools.images import catalog
from tools.images.base import LOCAL, Base
from tools.images.catalog import Image
from tools.images.context import Contexts
from tools.images.engine import ImageEngine
from tools.shell.errors import ToolError

ARCHIVE = "image.tar"
KEPT = 2
"""Images of earlier inputs that stay, for who goes back and forth between two states."""
NONE = "none"
"""What the operator's setting holds for a component that has no image here."""
HOST_NETWORK = ("--network=host", "--force-rm")
"""The build has only apt to fetch for, and an engine in a sandbox may have no network."""


@dataclass(frozen=True)
class Builder:
    """Builds the images of a catalog by an engine, from a checkout."""

    engine: Callable[[], ImageEngine]
    """Asked for when docker is needed, because that may start one."""
    images: Callable[[], Mapping[str, Image]] = catalog.load
    contexts: Contexts = field(default_factory=Contexts)

    @property
    def base(self) -> Base:
        """The Debian base that images stand on."""
        return Base(self.engine)

    def of(self, name: str) -> ImageRecipe:
        """The recipe of an image by its name in the catalog.

        Raises ToolError with the reason when the image cannot be built here.
        """
        found = catalog.named(self.images(), name)
        if not found.local:
            raise ToolError(
                f"there is no local image `{name}`: {found.reason}",
                f"use {found.upstream} where an image registry can be reached",
            )
        return ImageRecipe(name=f"image-{name}", about=found.about, image=found, builder=self)

    def reference(self, name: str) -> str:
        """The reference that the present inputs give; builds nothing.

        For what cannot be built here: "none", or where an image registry answers (the base was
        pulled) an empty string, by which the operator leaves the chart its upstream image.
        """
        if catalog.named(self.images(), name).local:
            return self.of(name).reference
        return NONE if self.base.choice() == LOCAL else ""

    def ensure(self, name: str) -> str:
        """Make sure that the engine holds the image, and return its reference.

        Builds it when its inputs changed; loads its archive when only the engine lost it.
        """
        recipe = self.of(name)
        # The long builds first, so that the key is not older than what it stands for.
        for part in recipe.image.artifacts:
            get(part.split("/")[0])
        directory = store.ensure(recipe)
        reference = recipe.reference_of(directory.name[-KEY_LENGTH:])
        self.drop_older(recipe)
        if not self.engine().image_id(reference):
            self.engine().load(directory / ARCHIVE)
        return reference

    def drop_older(self, recipe: ImageRecipe) -> None:
        """Remove all but the newest images of earlier inputs: every edit of a source makes one."""
        newest_first = sorted(store.stale([recipe]), key=lambda path: -path.stat().st_mtime)
        for old in newest_first[KEPT:]:
            self.engine().remove(recipe.reference_of(old.name[-KEY_LENGTH:]))
            shutil.rmtree(old, ignore_errors=True)


@dataclass(frozen=True, kw_only=True)
class ImageRecipe(Recipe):
    """One image of the catalog. The store gives it the lock, the key and wholeness."""

    image: Image
    builder: Builder
    """With what it is built; not an input."""

    def inputs(self) -> dict[str, str | bytes]:
        below = self.image.base
        ground = self.builder.of(below).key() if below else self.builder.base.identity()
        gathered = self.builder.contexts.inputs(self.image)
        return {**gathered, "base": ground, "version": self.image.version}

    def reference_of(self, key: str) -> str:
        """The image's full name for a key; it stands in the tag."""
        return f"{self.image.repository}:{self.image.version}-{key}"

    @property
    def reference(self) -> str:
        """The full name that the present inputs give."""
        return self.reference_of(self.key())

    def build(self, target: Path, log: Path) -> None:
        key = target.name[-KEY_LENGTH:]
        below, engine = self.image.base, self.builder.engine()
        ground = self.builder.ensure(below) if below else self.builder.base.ensure()
        with tempfile.TemporaryDirectory(prefix="context-", dir=target) as scratch:
            self.builder.contexts.assemble(self.image, Path(scratch))
            if self.key() != key:
                raise ToolError(
                    f"files of the image {self.image.name} changed while they were gathered",
                    "run the same command again",
                )
            label = f"--label=dev.streaminglab.key={key}"
            engine.build(Path(scratch), self.reference_of(key), ground, log, *HOST_NETWORK, label)
        engine.save(target / ARCHIVE, self.reference_of(key))

    def fetch(self, log: Path) -> None:
        """Nothing of its own: the artefacts in it have recipes."""
