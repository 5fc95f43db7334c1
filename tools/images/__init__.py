"""Local images, built from package registries alone by `docker build`. See README.md.

>>> from tools.images import build
>>> build("kafka")
'streaminglab/kafka:4.3.1-0123456789ab'
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tools import machine
from tools.artifacts import store
from tools.images.builder import ARCHIVE, NONE, Builder
from tools.images.catalog import components, for_tests, image

__all__ = [
    "BUILDER",
    "NONE",
    "archive",
    "build",
    "components",
    "for_tests",
    "is_built",
    "local",
    "reference",
]

BUILDER = Builder(cache(machine.ensure))
"""The images of this checkout, at the engine of this machine (found or started when needed)."""


def local(name: str) -> bool:
    """Whether an image can be built here."""
    return image(name).local


def build(name: str) -> str:
    """The reference of an image that the engine now holds; builds it when needed."""
    return BUILDER.ensure(name)


def reference(name: str) -> str:
    """The reference that the present inputs give, "none" or nothing; builds nothing."""
    return BUILDER.reference(name)


def is_built(name: str) -> bool:
    """Whether the image of the present inputs is in the cache, so that to have it costs little."""
    return store.path_of(BUILDER.of(name)).is_dir()


def archive(name: str) -> Path:
    """The image as a docker archive, for instance for `kind load image-archive`."""
    return store.ensure(BUILDER.of(name)) / ARCHIVE
