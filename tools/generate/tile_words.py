"""The words of the tile's form: what it shows, in English and French in one text.

Onyxia's form has one text for all languages (web 5, `ports/OnyxiaApi/JSONSchema.ts`: ``title`` and
``description`` are strings); only a catalog's name and description have several.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

TABLE: Mapping[str, Any] = yaml.safe_load(
    Path(__file__).with_name("tile_words.yaml").read_text(encoding="utf-8")
)
"""By path below `lab` of each field that is shown: title and help, by language."""


def title(path: str) -> str:
    """The title of a field that is shown."""
    return both(**TABLE[path]["title"], between=" · ")


def help_text(path: str) -> str:
    """Its help."""
    return both(**TABLE[path]["help"])


def both(en: str, fr: str, between: str = " — ") -> str:
    """Two texts as one; one word that both languages have stands once."""
    return en if en == fr or not fr else f"{en.rstrip('.')}{between}{fr}"
