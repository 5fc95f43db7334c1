"""Local images, built from package registries alone by `docker build`.

>>> from tools.images import build
>>> build("kafka")
'streaminglab/kafka:4.3.1-0123456789ab'
"""

from __future__ import annotations

from pathlib import Path

from tools.artifacts import store
from tools.images import base, recipe
from tools.images.catalog import components, for_tests, image

__all__ = ["NONE", "archive", "build", "components", "for_tests", "local", "reference"]

NONE = "none"
"""What the operator's setting holds for a component that has no image here."""


def local(name: str) -> bool:
    """Whether an image can be built here."""
    return image(name).local


def build(name: str) -> str:
    """The reference of an image that the engine now holds; builds it when needed."""
    return recipe.ensure(name)


def reference(name: str) -> str:
    """The reference that the present inputs give; builds nothing.

    For what cannot be built here: "none", or where an image registry answers (the base was
    pulled) an empty string, by which the operator leaves the chart its upstream image.
    """
    if local(name):
        return recipe.of(name).reference
    return NONE if base.choice() == base.LOCAL else ""


def archive(name: str) -> Path:
    """The image as a docker archive, for instance for `kind load image-archive`."""
    return store.ensure(recipe.of(name)) / recipe.ARCHIVE
