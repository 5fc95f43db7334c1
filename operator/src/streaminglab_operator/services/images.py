"""The administrator's choice of images, and which images are ours. Pure.

No other project publishes ours, so that a chart's default leads nowhere unless a registry is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from streaminglab_operator.services.base import Entry, Service

NO_IMAGE = "none"
"""The administrator's word for an image that cannot be had in this installation."""
JOBS = "jobs"
"""Key of the image of all programs that run to their end."""


def own(table: Iterable[Entry]) -> tuple[str, ...]:
    """Keys of the images that StreamingLab publishes itself, each once."""
    named = (key for service in _services(table) for key in service.own_images)
    return tuple(dict.fromkeys((JOBS, *named)))


def unnamed(table: Iterable[Entry]) -> tuple[str, ...]:
    """Those of them that no chart names by default: without a reference nobody knows what to
    pull."""
    return tuple(k for s in _services(table) for k in s.own_images if k in s.more_images)


def unset(table: Iterable[Entry], images: Mapping[str, str], *registries: str) -> frozenset[str]:
    """Keys of our own images of which the administrator's values do not say where they are.

    ``registries``: those that images come from that name none.
    """
    entries = tuple(table)
    looked = unnamed(entries) if any(registries) else own(entries)
    return frozenset(key for key in looked if not images.get(key))


def _services(table: Iterable[Entry]) -> tuple[Service[Any], ...]:
    return tuple(entry for entry in table if isinstance(entry, Service))
