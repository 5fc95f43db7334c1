"""What an end-to-end run leaves out because there is no image of it here, told plainly."""

from __future__ import annotations

from tools.images import NONE, catalog, reference


def absent() -> dict[str, str]:
    """Component -> why there is no image; empty where an image registry answers."""
    names = [name for name in catalog.components() if not catalog.image(name).local]
    return {name: catalog.image(name).reason for name in names if reference(name) == NONE}


def summary(missing: dict[str, str]) -> str:
    """One line for each, and their number."""
    lines = [f"not run here: {name}: {reason}" for name, reason in missing.items()]
    count = len(missing)
    end = "not offered: labs are Ready without them" if count else "every image can be had"
    return "\n".join([*lines, f"not run here: {count} component(s) ({end})"])
