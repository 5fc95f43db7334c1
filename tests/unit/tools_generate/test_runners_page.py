"""Each command of the administrators' pages has a row, with what runs it."""

from __future__ import annotations

import pytest

from tools.generate.runners_page import PAGES, runners_page, shown, typed
from tools.pages.claims import claims

EMPTY_CLUSTER = "e2e/test_empty_cluster.py"


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


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_typed_on_an_empty_cluster(page: str) -> None:
    """One that nobody has images for: what works there works anywhere."""
    there = (claim for claim in claims() if str(claim.path).endswith(EMPTY_CLUSTER))
    run = {command.text for claim in there for command in claim.commands()}
    assert [command.text for command in typed(page) if command.text not in run] == []


def test_a_command_of_several_lines_is_cut_and_a_pipe_stays_a_pipe() -> None:
    assert shown("helm install a \\\n  -n b") == "`helm install a ...`"
    assert shown("a | b") == "`a \\| b`"
