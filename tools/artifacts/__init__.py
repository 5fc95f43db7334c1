"""Artefacts built from package registries alone, each cached under a key of its inputs.

>>> from tools.artifacts import get
>>> get("helm") / "bin" / "helm"
"""

from __future__ import annotations

from pathlib import Path

from tools.artifacts import store
from tools.artifacts.catalog import recipe


def get(name: str) -> Path:
    """The directory of an artefact; builds it when it is missing (may take minutes).

    Raises ToolError when the name is unknown, a program is missing or a step fails.
    """
    return store.ensure(recipe(name))
