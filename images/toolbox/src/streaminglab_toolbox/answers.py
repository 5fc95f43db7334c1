"""Print ksqlDB's answers for people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

_LISTS = {
    "streams": ("name", "topic", "keyFormat", "valueFormat"),
    "tables": ("name", "topic", "keyFormat", "valueFormat", "isWindowed"),
    "topics": ("name", "replicaInfo"),
    "queries": ("id", "queryType", "state", "sinks"),
    "connectors": ("name", "type", "className", "state"),
    "properties": ("name", "scope", "value"),
    "functions": ("name", "type"),
}
_COLUMN = re.compile(r"`([^`]+)` ")


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Columns of equal width."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    for line in [list(heads), ["-" * width for width in widths], *cells]:
        yield "  ".join(map(str.ljust, line, widths)).rstrip()


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def reply(entity: dict[str, Any]) -> Iterator[str]:
    """One element of the answer of `/ksql`."""
    for key, heads in _LISTS.items():
        rows = entity.get(key)
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            yield from table(heads, [[row.get(head, "") for head in heads] for row in rows])
            return
    if description := entity.get("sourceDescription"):
        fields = [[f["name"], f["schema"]["type"]] for f in description.get("fields", [])]
        yield f"{description.get('name')}: topic {description.get('topic')}"
        yield from table(("field", "type"), fields)
    elif status := entity.get("commandStatus"):
        yield status.get("message") or status.get("status", "")
    else:
        shown = {key: value for key, value in entity.items() if key != "statementText"}
        yield json.dumps(shown, indent=2, ensure_ascii=False)


def row(line: str) -> Iterator[str]:
    """One line of the stream of `/query`: a heading, a row, a message, or nothing."""
    text = line.strip().rstrip(",")
    if text in {"", "[", "]"}:
        return
    found = _element(text)
    if found is None:
        yield text  # PRINT answers in plain text.
    elif header := found.get("header"):
        yield " | ".join(_COLUMN.findall(header["schema"]))
    elif "row" in found:
        yield " | ".join(_cell(value) for value in found["row"]["columns"])
    elif error := found.get("errorMessage"):
        yield f"error: {error.get('message')}"
    elif "finalMessage" in found:
        yield str(found["finalMessage"])


def _element(text: str) -> dict[str, Any] | None:
    """An object of the list that comes line by line, with or without the list's own brackets."""
    for start in ("", "["):
        for end in ("", "]"):
            try:
                found = json.loads(text.removeprefix(start).removesuffix(end))
            except ValueError:
                continue
            if isinstance(found, dict):
                return found
    return None


def error(body: bytes, status: int) -> str:
    """The server's reason for a refusal."""
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return f"the server answered {status}"
