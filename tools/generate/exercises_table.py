"""The kinds of checks of exercises, for docs/exercises.md, from the page's own table of them."""

from __future__ import annotations

from collections.abc import Iterator

from streaminglab_page.exercises.kinds import KINDS
from tools.generate.architecture_page import between


def exercises_page(text: str) -> str:
    """The page with its table made anew."""
    return between(text, "kinds", "\n".join(_rows()))


def _rows() -> Iterator[str]:
    yield "| kind | field | what it asks for | form |"
    yield "| --- | --- | --- | --- |"
    for kind in KINDS.values():
        yield f"| **`{kind.name}`** | | {kind.says} | |"
        for field in kind.fields:
            needed = " (needed)" if field.needed else ""
            yield f"| | `{field.name}`{needed} | {field.says} | {field.form} |"
