"""images/catalog.yaml: which local image stands for which component, and what is in it.

An entry with `local: false` has no local image, because no package registry carries the program;
where no image registry answers either, `make lab` declares that component as not offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tools.artifacts.versions import pin
from tools.shell.errors import ToolError
from tools.shell.paths import ROOT

DIRECTORY = ROOT / "images"
KEYS = {"about", "upstream", "use", "local", "reason", "version", "base", "artifacts", "sources"}
BUILT_KEYS = {"version", "base", "artifacts", "sources"}
"""Keys that say how an image is built: not for an entry with `local: false`."""
LABS = "labs"
USES = {LABS, "operator", "base", "tests"}


@dataclass(frozen=True, kw_only=True)
class Image:
    """One image: how it is built here, or why it cannot be."""

    name: str
    about: str
    version: str = ""
    """Version of what is inside, first part of the tag; empty: there is no local image."""
    use: str = LABS
    """Who runs it: labs (the operator's setting names it), operator, base, or tests alone."""
    reason: str = ""
    """Why there is no local image; empty: there is one."""
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

    @property
    def local(self) -> bool:
        """Whether it can be built here."""
        return not self.reason


def resolve(dotted: str) -> str:
    """The version that "section.name" means in versions.toml."""
    section, _, name = dotted.partition(".")
    return pin(section, name)


def check(entry: Mapping[str, Any]) -> str:
    """What is wrong with the keys of an entry, or an empty string."""
    if unknown := set(entry) - KEYS:
        return f"has unknown keys {sorted(unknown)}"
    if (use := entry.get("use", LABS)) not in USES:
        return f"has the use `{use}`, which is none of {sorted(USES)}"
    local = entry.get("local", True)
    if local is ("reason" in entry):
        return "needs a `reason` exactly when it is `local: false`"
    if not local and (built := BUILT_KEYS & set(entry)):
        return f"is not built here, so {sorted(built)} mean nothing"
    if not local and "upstream" not in entry:
        return "is not built here, so it needs `upstream`"
    return ""


def parse(name: str, entry: Mapping[str, Any]) -> Image:
    """One entry of the catalog; raises ToolError naming a key that is unknown or absent."""
    if problem := check(entry):
        raise ToolError(f"images/catalog.yaml: {name} {problem}")
    try:
        upstream = entry.get("upstream")
        return Image(
            name=name,
            about=entry["about"],
            version=resolve(entry["version"]) if entry.get("local", True) else "",
            use=entry.get("use", LABS),
            reason=entry.get("reason", ""),
            upstream=f"{upstream['repository']}:{resolve(upstream['tag'])}" if upstream else "",
            base=entry.get("base", ""),
            artifacts=tuple(entry.get("artifacts", ())),
            sources=tuple(entry.get("sources", ())),
        )
    except KeyError as error:
        raise ToolError(f"images/catalog.yaml: {name}: {error} is missing") from error


@cache
def load() -> dict[str, Image]:
    """The whole catalog, in the order in which images can be built (bases first)."""
    entries = yaml.safe_load((DIRECTORY / "catalog.yaml").read_text())
    return order({name: parse(name, entry) for name, entry in entries.items()})


def built() -> tuple[str, ...]:
    """Names of the images that can be built here, bases first."""
    return tuple(name for name, found in load().items() if found.local)


def components() -> tuple[str, ...]:
    """Names of the images that the operator's setting `images` knows, built here or not."""
    return tuple(name for name, found in load().items() if found.use == LABS)


def for_tests() -> tuple[str, ...]:
    """Names of the images that tests alone run; all of them are built here."""
    return tuple(name for name, found in load().items() if found.use == "tests")


def order(images: dict[str, Image]) -> dict[str, Image]:
    """Bases before what stands on them; raises ToolError for an unknown base."""
    sorted_images: dict[str, Image] = {}
    for image in images.values():
        chain = [image]
        while base := chain[-1].base:
            if base not in images or len(chain) > len(images):
                raise ToolError(f"images/catalog.yaml: {image.name}: no base {base}")
            chain.append(images[base])
        sorted_images.update({step.name: step for step in reversed(chain)})
    return sorted_images


def image(name: str) -> Image:
    """One image by name; raises ToolError that lists the known names."""
    return named(load(), name)


def named(images: Mapping[str, Image], name: str) -> Image:
    """One of these images; raises ToolError that lists the known names."""
    try:
        return images[name]
    except KeyError:
        known = ", ".join(images)
        raise ToolError(f"there is no image `{name}`", f"choose from: {known}") from None
