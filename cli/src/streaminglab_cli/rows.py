"""Tables as lists of cells, and as plain lines. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from streaminglab_cli.lab import Lab
from streaminglab_cli.why import Cause

WRAPPED = frozenset({"STATUS", "WHAT IT SAYS", "VALUE", "WHAT TO DO", "WHAT HELPS"})
"""Columns of sentences: wrapped on a terminal, whole in a pipe."""
LABS = ("NAME", "READY", "STATUS", "BROKERS", "DATA", "AGE")
PARTS = ("PART", "KIND", "PODS", "WHAT IT SAYS")
_BLANKED = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\t")}, " ")
"""Control codes (ECMA-48): a terminal obeys them, and foreign text may hold them."""


def labs(found: Sequence[Lab], now: datetime, *, namespaced: bool) -> list[list[str]]:
    """One row a lab, in kubectl's columns; with its namespace in front where several were asked."""
    return [
        ([lab.namespace] if namespaced else [])
        + [lab.name, lab.ready.status, lab.ready.message, lab.brokers, lab.data, lab.age(now)]
        for lab in found
    ]


def parts(lab: Lab) -> list[list[str]]:
    """One row a part, then one of the data's way."""
    body = [[part.name, part.kind, part.ready, part.message] for part in lab.parts]
    flowing = lab.conditions.get("DataFlowing")
    if flowing:
        body.append(["data", "", "", lab.data or flowing.message])
    return body


def title(lab: Lab) -> str:
    """The lab in one line."""
    ready = lab.ready
    word = {"True": "Ready", "False": "not Ready"}.get(ready.status, "not looked at yet")
    return plain(f"{lab.name}: {word}. {ready.message}")


def cause(number: int, found: Cause) -> str:
    """One cause as a paragraph."""
    return f"{number}. {found.what}: {found.reason}\n   {plain(found.message)}\n   -> {found.cure}"


def aligned(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Columns side by side, one line a row however long it is: for grep, awk and cut."""
    lines = [list(head), *([plain(cell) or "-" for cell in row] for row in body)]
    widths = [max(len(row[column]) for row in lines) for column in range(len(head))]
    return "\n".join(
        "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in lines
    )


def plain(text: str) -> str:
    """Foreign text in one line, without what a terminal would obey."""
    return " ".join(harmless(text).split())


def harmless(text: str) -> str:
    """Foreign text with each control code but the tab as a blank."""
    return text.translate(_BLANKED)
