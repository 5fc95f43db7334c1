"""Each release note says what an upgrade to it rolls, or that nothing does."""

from __future__ import annotations

import re

import pytest

from streaminglab_operator.services import TABLE, Service
from tools.shell.paths import ROOT

FIRST = "0.1.0"
"""Before it there was nothing to roll."""
LINE = re.compile(r"^- \*\*Rolls on upgrade:\*\* (.+(?:\n  .+)*)", re.MULTILINE)
TITLES = [entry.title.lower() for entry in TABLE if isinstance(entry, Service)]


def notes(text: str) -> dict[str, str]:
    """By version, what stands below its heading."""
    parts = re.split(r"^## \[([^]]+)\].*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


NOTES = notes((ROOT / "CHANGELOG.md").read_text())


def wrong(note: str) -> str:
    """What is wrong with one release's note; empty: nothing."""
    found = LINE.findall(note)
    if len(found) != 1:
        return f"it has {len(found)} lines that begin with **Rolls on upgrade:**"
    said = found[0].lower()
    known = said.startswith("nothing") or any(title in said for title in TITLES)
    return "" if known else "it names no part of a lab, nor says that nothing rolls"


@pytest.mark.parametrize("version", [name for name in NOTES if name != FIRST])
def test_a_release_says_what_it_rolls(version: str) -> None:
    assert wrong(NOTES[version]) == ""


def test_the_check_itself_sees_what_is_wrong() -> None:
    assert wrong("- more\n")
    assert wrong("- **Rolls on upgrade:** some things.\n")
    assert wrong("- **Rolls on upgrade:** Kafka.\n") == ""
    assert wrong("- **Rolls on upgrade:** nothing.\n") == ""
