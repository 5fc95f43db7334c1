"""The pins of versions.toml."""

from __future__ import annotations

import tomllib
from functools import cache

from tools.shell.paths import ROOT


@cache
def table() -> dict[str, dict[str, str]]:
    """The whole file: section -> name -> version."""
    with (ROOT / "versions.toml").open("rb") as stream:
        return tomllib.load(stream)


def pin(section: str, name: str) -> str:
    """One version, for instance pin("go", "helm").

    Raises KeyError naming the missing entry.
    """
    try:
        return table()[section][name]
    except KeyError:
        raise KeyError(f"versions.toml has no {section}.{name}") from None
