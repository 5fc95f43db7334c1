"""What Onyxia fills in of the tile's values, by itself and by its region, beside the lab's spec.

The names on the right are those of its `XOnyxiaContext` (web 5). A value that does not fit its
schema is passed over by Onyxia, which then takes that of values.yaml.
"""

from __future__ import annotations

from typing import Any

from streaminglab_operator.api.structural import Schema
from streaminglab_operator.schema import units


def filled(text: str, source: str, **more: Any) -> Schema:
    """A text that students do not see and Onyxia fills in."""
    onyxia = {"hidden": True, "overwriteDefaultWith": source}
    return {"type": "string", "description": text, "default": "", **more, "x-onyxia": onyxia}


def group(title: str, text: str, **properties: Schema) -> Schema:
    """Values that belong together."""
    return {
        "type": "object",
        "title": title,
        "description": text,
        "additionalProperties": False,
        "properties": properties,
    }


def security() -> Schema:
    """Where Insee's own charts have it, and so where Onyxia's users look for it."""
    password = {
        "type": "string",
        "title": "Password",
        "description": "Of the lab's page, and of every other page that has a login.",
        "default": "",
        "render": "password",
        "pattern": f"^$|{units.PASSWORD}",
        "x-onyxia": {"overwriteDefaultWith": "{{service.oneTimePassword}}"},
    }
    return group("Security", "How you come in.", password=password)
