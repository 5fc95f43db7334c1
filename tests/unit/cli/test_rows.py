"""Tables: whole lines in a pipe, and nothing in them that a terminal would obey."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import click
import pytest
from rich.console import Console

from streaminglab_cli import rows
from streaminglab_cli.screen import drawn, encoded
from streaminglab_cli.why import Cause
from tests.unit.cli.labs import FLOWS, condition, lab

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)


def test_a_row_of_a_lab_has_kubectls_columns() -> None:
    assert rows.labs([lab()], NOW, namespaced=False) == [
        ["meteo", "True", FLOWS, "3/3", "3000/3000/3000", "3h"]
    ]
    assert rows.labs([lab()], NOW, namespaced=True)[0][:2] == ["student", "meteo"]


def test_the_parts_end_with_the_datas_way() -> None:
    body = rows.parts(lab())
    assert body[0] == ["kafka", "StatefulSet", "3/3", ""]
    assert body[-1] == ["data", "", "", "3000/3000/3000"]
    assert [row[0] for row in rows.parts(lab(conditions=[]))][-1] == "init"


def test_a_table_in_a_pipe_has_one_line_a_row_and_no_cell_that_is_empty() -> None:
    text = rows.aligned(("A", "WHAT IT SAYS"), [["x", "w" * 300], ["longer", ""]])
    assert text.splitlines() == ["A        WHAT IT SAYS", f"x        {'w' * 300}", "longer   -"]


def test_foreign_words_cannot_steer_the_terminal_nor_break_the_line() -> None:
    assert rows.plain("red \x1b[31m\x9b2J\nnext\r") == "red [31m 2J next"


def test_a_table_on_a_terminal_folds_sentences_and_takes_no_brackets_for_markup() -> None:
    out = io.StringIO()
    console = Console(file=out, width=40, force_terminal=True, no_color=True)
    console.print(
        drawn(("PART", "WHAT IT SAYS"), [["kafka", "[red]a sentence \x1b[2J" + "word " * 12]])
    )
    text = click.unstyle(out.getvalue())
    assert len(text.splitlines()) > 2
    assert all(len(line) <= 40 for line in text.splitlines())
    assert "[red]a sentence" in text


@pytest.mark.parametrize(("status", "word"), [("True", "Ready"), ("False", "not Ready")])
def test_the_title_says_how_the_lab_is(status: str, word: str) -> None:
    found = lab(conditions=[condition("Ready", status, "x", "so it is")])
    assert rows.title(found) == f"meteo: {word}. so it is"


def test_a_cause_is_a_paragraph_with_its_cure() -> None:
    said = rows.cause(2, Cause("page", "OOMKilled", "too small", "make it larger"))
    assert said == "2. page: OOMKilled\n   too small\n   -> make it larger"


def test_json_holds_no_code_that_a_terminal_would_obey_and_means_the_same() -> None:
    text = encoded({"é": "a\x9b2J\x1b[31m\x7f"})
    assert json.loads(text) == {"é": "a\x9b2J\x1b[31m\x7f"}
    assert "é" in text
    assert not set(text) & {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}
