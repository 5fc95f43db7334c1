"""How far somebody is with the exercises of a lab, as its status tells. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streaminglab_cli.lab import Lab

Json = dict[str, Any]

COLUMNS = ("EXERCISE", "STATE", "PASSED", "WHAT HELPS")


def of(lab: Lab) -> Json | None:
    """What the lab's page says; None while it has said nothing."""
    found = lab.status.get("exercises")
    return dict(found) if isinstance(found, Mapping) else None


def title(lab: Lab, found: Json) -> str:
    """All of it in one line."""
    return f"{lab.name}: {found.get('summary', '')} exercises passed, set {found.get('set', '')}"


def rows(found: Json, language: str) -> list[list[str]]:
    """One row an exercise, with the hint that fits what was seen. ``language``: of the hint."""
    items = [item for item in found.get("items") or [] if isinstance(item, Mapping)]
    return [
        [
            str(item.get("name", "")),
            str(item.get("state", "")),
            str(item.get("passedAt") or ""),
            _hint(item.get("hint"), language),
        ]
        for item in items
    ]


def _hint(hint: object, language: str) -> str:
    return str(hint.get(language) or "") if isinstance(hint, Mapping) else ""
