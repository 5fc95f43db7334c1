"""images/catalog.yaml: which local image stands for which component, and what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tools.artifacts.errors import ArtifactError
from tools.artifacts.versions import ROOT, pin

DIRECTORY = ROOT / "images"
KEYS = {"about", "upstream", "version", "base", "artifacts", "sources"}


@dataclass(frozen=True, kw_only=True)
class Image:
    """One local image."""

    name: str
    about: str
    version: str
    """Version of what is inside, first part of the tag."""
    upstream: str = ""
    """Reference that charts default to where a registry is reachable; empty: our own."""
    base: str = ""
    """Another local image; empty: the Debian base."""
    artifacts: tuple[str, ...] = ()
    """Parts of artefacts, "name/path": into artifacts/name/path of the build context."""
    sources: tuple[str, ...] = ()
    """Paths of the repository: into src/path of the build context."""

    @property
    def repository(self) -> str:
        """The local image's name without its tag."""
        return f"streaminglab/{self.name}"


def resolve(dotted: str) -> str:
    """The version that "section.name" means in versions.toml."""
    section, _, name = dotted.partition(".")
    return pin(section, name)


def parse(name: str, entry: Mapping[str, Any]) -> Image:
    """One entry of the catalog; raises ArtifactError naming a key that is unknown or absent."""
    if unknown := set(entry) - KEYS:
        raise ArtifactError(f"images/catalog.yaml: {name} has unknown keys {sorted(unknown)}")
    try:
        upstream = entry.get("upstream")
        return Image(
            name=name,
            about=entry["about"],
            version=resolve(entry["version"]),
            upstream=f"{upstream['repository']}:{resolve(upstream['tag'])}" if upstream else "",
            base=entry.get("base", ""),
            artifacts=tuple(entry.get("artifacts", ())),
            sources=tuple(entry.get("sources", ())),
        )
    except KeyError as error:
        raise ArtifactError(f"images/catalog.yaml: {name}: {error} is missing") from error


@cache
def load() -> dict[str, Image]:
    """The whole catalog, in the order in which images can be built (bases first)."""
    entries = yaml.safe_load((DIRECTORY / "catalog.yaml").read_text())
    return order({name: parse(name, entry) for name, entry in entries.items()})


def order(images: dict[str, Image]) -> dict[str, Image]:
    """Bases before what stands on them; raises ArtifactError for an unknown base."""
    sorted_images: dict[str, Image] = {}
    for image in images.values():
        chain = [image]
        while base := chain[-1].base:
            if base not in images or len(chain) > len(images):
                raise ArtifactError(f"images/catalog.yaml: {image.name}: no base {base}")
            chain.append(images[base])
        sorted_images.update({step.name: step for step in reversed(chain)})
    return sorted_images


def image(name: str) -> Image:
    """One image by name; raises ArtifactError that lists the known names."""
    try:
        return load()[name]
    except KeyError:
        known = ", ".join(load())
        raise ArtifactError(f"there is no image `{name}`", f"choose from: {known}") from None
