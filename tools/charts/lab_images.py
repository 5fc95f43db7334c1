"""The blocks of schemas that are made of the table of services: `imagesOfLabs`, a key for every
image that it names, and `partsOfLabs`, the parts that a lab may be without."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.services import OPTIONAL, SERVICES

ABSENT = "; none: it cannot be had"
_PATH = "[a-z0-9]+([._-]+[a-z0-9]+)*"
REFERENCE = (
    rf"^((none)?|([A-Za-z0-9.:\[\]-]+/)?{_PATH}(/{_PATH})*"
    r"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[a-f0-9]{64})?)$"
)
"""https://pkg.go.dev/github.com/distribution/reference, without `https://`, which people write."""


def image_keys() -> tuple[str, ...]:
    """Keys of all images of labs, in the order of the services, each once."""
    named = (key for service in SERVICES for key in service.every_image)
    return tuple(dict.fromkeys(named))


def parts() -> dict[str, Any]:
    """A list of components, of those that a lab may be without."""
    names = [service.component for service in OPTIONAL]
    return {"type": "array", "items": {"enum": names}, "uniqueItems": True}


def block() -> dict[str, Any]:
    """An object with a reference for each."""
    return {
        "properties": {
            key: {
                "type": "string",
                "description": f"Reference for {key}; empty: the chart's default{ABSENT}.",
                "pattern": REFERENCE,
            }
            for key in image_keys()
        }
    }
