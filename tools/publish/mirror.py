"""Every image that an installation pulls, for who copies them into a mirror."""

from __future__ import annotations

from collections.abc import Iterator

from tools.images.catalog import load
from tools.publish.images import pins
from tools.publish.pins import name_of, published, upstream_only
from tools.publish.registry import Registry, digest_of
from tools.shell.errors import ToolError
from tools.shell.progress import say


def own(registry: Registry | None) -> Iterator[str]:
    """Our images with their digests, one a line; without a registry by name alone."""
    if registry is None:
        yield from (name_of(image) for image in published(load()))
    else:
        yield from (registry.reference(pin.reference) for pin in pins(registry).values())


def foreign() -> Iterator[str]:
    """Images of other projects, with the digests that their registries name now."""
    yield from (_with_digest(image.upstream) for image in upstream_only(load()))


def _with_digest(reference: str) -> str:
    try:
        digest = digest_of(reference)
    except ToolError as error:
        say(f"{reference}: no digest, {error}")
        return reference
    return f"{reference}@{digest}" if digest else reference
