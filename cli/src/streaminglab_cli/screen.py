"""What goes to the terminal, or into a pipe: tables, lines, JSON; colours on a terminal alone."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from streaminglab_cli import rows

CONTROLS = re.compile("[\x7f-\x9f]")
COLOURS = {"True": "green", "False": "red", "Unknown": "yellow"}


class Screen:
    """``machine``: print JSON and nothing else on standard output."""

    def __init__(self, *, machine: bool = False) -> None:
        self.machine = machine
        self._live: Live | None = None
        self._last, self._told = "", list[str]()

    @property
    def terminal(self) -> bool:
        """Whether a person looks at standard output, and not a program."""
        return sys.stdout.isatty() and not self.machine

    def table(self, head: Sequence[str], body: Sequence[Sequence[str]]) -> None:
        """A table: fitted to a terminal, and of whole lines in a pipe."""
        if self.terminal:
            console().print(drawn(head, body))
        else:
            click.echo(rows.aligned(head, body))

    def json(self, found: object) -> None:
        """What was asked for, for programs."""
        click.echo(encoded(found, indent=2))

    def json_line(self, found: Mapping[str, Any]) -> None:
        """One of several that come one after another, in a line of its own."""
        click.echo(encoded(found))

    def line(self, text: str) -> None:
        """One line of what was asked for: as it is for programs, harmless for a terminal."""
        click.echo(rows.harmless(text) if self.terminal else text)

    def note(self, text: str) -> None:
        """A word for the person, on standard error: nothing that a program would read."""
        click.echo(rows.harmless(text), err=True)

    @contextmanager
    def redrawn(self) -> Iterator[None]:
        """Within it, `draw` replaces what it drew before: on a terminal."""
        if not self.terminal:
            yield
            return
        with Live(console=console(), auto_refresh=False) as self._live:
            yield
        self._live = None

    def draw(self, title: str, head: Sequence[str], body: Sequence[Sequence[str]]) -> None:
        """The newest of a table that changes; in a pipe the rows that are new follow."""
        if self._live:
            table = drawn(head, body)
            table.title, table.title_justify = title, "left"
            self._live.update(table, refresh=True)
            return
        lines = [title, *rows.aligned(head, body).splitlines()]
        told = [" ".join(line.split()) for line in lines]
        news = [line for line, words in zip(lines, told, strict=True) if words not in self._told]
        if news:
            click.echo("\n".join(news))
        self._told = told

    def draw_json(self, found: Mapping[str, Any]) -> None:
        """The newest state as one line of JSON; nothing where it is as it was."""
        text = encoded(found)
        if text != self._last:
            click.echo(text)
        self._last = text


def encoded(found: object, indent: int | None = None) -> str:
    """JSON in people's letters. What a terminal would obey stays escaped (JSON itself escapes only
    the codes below a blank)."""
    text = json.dumps(found, ensure_ascii=False, indent=indent)
    return CONTROLS.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def console(*, err: bool = False) -> Console:
    """rich's console; it knows NO_COLOR and dumb terminals. An empty NO_COLOR forbids nothing
    (no-color.org)."""
    return Console(stderr=err, highlight=False, no_color=bool(os.environ.get("NO_COLOR")))


def drawn(head: Sequence[str], body: Sequence[Sequence[str]]) -> Table:
    """A table that wraps its longest column where the terminal is narrow."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in head:
        table.add_column(name, no_wrap=name not in rows.WRAPPED, overflow="fold")
    for row in body:
        # Text, so that brackets in foreign words are not taken for rich's markup.
        table.add_row(*(Text(rows.plain(cell), style=COLOURS.get(cell, "")) for cell in row))
    return table
