"""The images of this machine's platform, and the index over all platforms."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence

from tools.images import archive
from tools.images.catalog import Image, load
from tools.publish.pins import Pin, name_of, published
from tools.publish.registry import Registry
from tools.shell.errors import ToolError
from tools.shell.progress import step

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
"""Machine -> its name in image indices: the platforms that the base (Debian) is made for here."""


def architecture() -> str:
    """Of this machine; images are built for no other."""
    found = platform.machine()
    if found not in ARCHITECTURES:
        raise ToolError(f"there are no images for {found}", f"use one of {list(ARCHITECTURES)}")
    return ARCHITECTURES[found]


def push(registry: Registry) -> Iterator[Pin]:
    """Build what changed and push it for this platform; the index takes in what the registry has
    of the other one."""
    here = architecture()
    for image in published(load()):
        built = archive(image.name)
        with step(f"push {name_of(image)}"):
            registry.push(built, name_of(image, here))
            registry.join(_platforms(registry, image, here), name_of(image))
        yield Pin(image, registry.digest(name_of(image)))


def _platforms(registry: Registry, image: Image, here: str) -> list[str]:
    names = {each: name_of(image, each) for each in sorted(ARCHITECTURES.values())}
    return [name for each, name in names.items() if each == here or registry.digest(name)]


def missing(registry: Registry) -> Mapping[str, Sequence[str]]:
    """By platform, the images that the registry does not have of it; none for a platform of which
    it has all."""
    lacks = {
        each: [i.name for i in published(load()) if not registry.digest(name_of(i, each))]
        for each in sorted(ARCHITECTURES.values())
    }
    return {each: names for each, names in lacks.items() if names}


def pins(registry: Registry) -> Mapping[str, Pin]:
    """What the registry has of every image. Raises ToolError naming those that are missing."""
    found = {i.name: Pin(i, registry.digest(name_of(i))) for i in published(load())}
    missing = [name for name, pin in found.items() if not pin.digest]
    if missing:
        raise ToolError(
            f"{registry.address} has no {', '.join(missing)}",
            "run `make publish REGISTRY=... PART=images` first",
        )
    return found
