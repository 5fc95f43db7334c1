"""Local images, built from package registries alone by `docker build`.

>>> from tools.images import build
>>> build("kafka")
'streaminglab/kafka:4.3.1-0123456789ab'
"""

from __future__ import annotations

from pathlib import Path

from tools.artifacts import store
from tools.images import recipe


def build(name: str) -> str:
    """The reference of an image that the engine now holds; builds it when needed."""
    return recipe.ensure(name)


def reference(name: str) -> str:
    """The reference that the present inputs give; builds nothing."""
    return recipe.of(name).reference


def archive(name: str) -> Path:
    """The image as a docker archive, for instance for `kind load image-archive`."""
    return store.ensure(recipe.of(name)) / recipe.ARCHIVE
