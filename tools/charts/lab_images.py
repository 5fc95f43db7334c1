"""The block `imagesOfLabs` of schemas: a key for every image that the table of services names."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.services import CORE, SERVICES

ABSENT = "; none: labs go without it"


def image_keys() -> tuple[str, ...]:
    """Keys of all images of labs, in the order of the services, each once."""
    named = (key for service in SERVICES for key in (*service.images, *service.more_images))
    return tuple(dict.fromkeys(named))


def block() -> dict[str, Any]:
    """An object with a reference for each; only those of optional services may be absent."""
    needed = {key for service in CORE for key in service.images}
    return {
        "properties": {
            key: {
                "type": "string",
                "description": f"Reference for {key}; empty: the chart's default"
                f"{'' if key in needed else ABSENT}.",
                "pattern": r"^\S*$",
            }
            for key in image_keys()
        }
    }
