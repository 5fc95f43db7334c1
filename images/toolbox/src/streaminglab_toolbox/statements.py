"""Cut what is typed into ksqlDB statements, as its own command line does."""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"""--[^\n]*|/\*.*?\*/"""
    # A quote that is still open reaches to the end: the next line goes on with it.
    r"""|'(?:[^']|'')*(?:'|\Z)|"[^"]*(?:"|\Z)|`[^`]*(?:`|\Z)"""
    r"""|;|[^;'"`/-]+|.""",
    re.DOTALL,
)
_SET = re.compile(r"SET\s+'([^']+)'\s*=\s*'([^']*)'", re.IGNORECASE)
_UNSET = re.compile(r"UNSET\s+'([^']+)'", re.IGNORECASE)
_QUERY = re.compile(r"\(*\s*(SELECT|PRINT)\b", re.IGNORECASE)


def split(text: str) -> tuple[list[str], str]:
    """The whole statements without their `;`, and what is left; comments are dropped.

    A `;` within quotes or comments ends nothing.
    """
    statements, current = [], ""
    for piece in _PIECE.findall(text):
        if piece == ";":
            statements.append(current.strip())
            current = ""
        elif piece.startswith(("--", "/*")) and len(piece) > 1:
            current += " "
        else:
            current += piece
    return [statement for statement in statements if statement], current.lstrip()


def setting(statement: str) -> tuple[str, str | None] | None:
    """Name and value of `SET 'name'='value'` (None for UNSET): the client keeps these itself."""
    if found := _SET.fullmatch(statement):
        return found[1], found[2]
    if found := _UNSET.fullmatch(statement):
        return found[1], None
    return None


def is_query(statement: str) -> bool:
    """Whether the answer is a stream of rows (SELECT, PRINT) rather than one reply."""
    return _QUERY.match(statement) is not None
