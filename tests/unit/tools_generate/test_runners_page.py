"""Each command of the administrators' pages has a row, with what runs it."""

from __future__ import annotations

from tools.generate.runners_page import PAGES, runners_page, shown, typed


def test_every_command_has_its_row_and_a_test_or_a_reason() -> None:
    page = runners_page()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for name in PAGES:
        for command in typed(name):
            assert any(row.startswith(f"| {shown(command.text)} | ") for row in rows), command.text
    assert all("](../../tests/" in row or "no test: it " in row for row in rows)
    assert len(rows) > 40
    assert not [row for row in rows if "EOF`" in row and "<<EOF" not in row]


def test_a_test_that_takes_a_command_from_its_page_is_named() -> None:
    row = next(r for r in runners_page().splitlines() if "helm upgrade streaminglab-operator" in r)
    assert "](../../tests/" in row


def test_a_command_of_several_lines_is_cut_and_a_pipe_stays_a_pipe() -> None:
    assert shown("helm install a \\\n  -n b") == "`helm install a ...`"
    assert shown("a | b") == "`a \\| b`"
