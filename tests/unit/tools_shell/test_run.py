"""A failed command names itself and shows its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.shell.errors import TAIL_LINES, CommandError
from tools.shell.run import call, logged, output, pipe


def test_a_failed_command_shows_its_last_lines_and_its_status(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "x.log"
    with pytest.raises(CommandError, match="status 3") as caught:
        logged(["sh", "-c", "seq 1 50; exit 3"], log)
    assert caught.value.tail.splitlines()[-1] == "50"
    assert len(caught.value.tail.splitlines()) == TAIL_LINES
    assert "1\n2\n" in log.read_text(), "the log holds the whole output"


def test_only_the_failed_command_is_shown_not_the_ones_before(tmp_path: Path) -> None:
    log = tmp_path / "log"
    logged(["echo", "earlier"], log)
    with pytest.raises(CommandError) as caught:
        logged(["sh", "-c", "echo later; exit 1"], log)
    assert caught.value.tail == "later"


def test_a_command_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no-such-program: not found"):
        logged(["no-such-program"], tmp_path / "log")


def test_output_of_a_failed_command_carries_what_it_said_on_stderr() -> None:
    with pytest.raises(CommandError, match="sorry"):
        output(["sh", "-c", "echo sorry >&2; exit 1"])
    assert output(["echo", "yes"]) == "yes"


def test_a_file_or_a_text_is_given_to_a_command(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("from a file")
    assert call(["cat"], stdin=tmp_path / "file").stdout == "from a file"
    assert call(["cat"], stdin="a text").stdout == "a text"
    assert call(["cat"]).stdout == ""


def test_a_command_that_takes_too_long_has_failed() -> None:
    with pytest.raises(CommandError, match=r"status 124[\s\S]*no end after 0.05 s"):
        call(["sleep", "5"], timeout=0.05)


def test_both_ends_of_a_pipe_are_looked_at(tmp_path: Path) -> None:
    pipe(["echo", "x"], ["sh", "-c", f"cat > {tmp_path}/file"])
    assert (tmp_path / "file").read_text() == "x\n"
    with pytest.raises(CommandError, match="lost"):
        pipe(["sh", "-c", "echo lost >&2; exit 3"], ["cat"])
    with pytest.raises(CommandError, match="refused"):
        pipe(["echo", "x"], ["sh", "-c", "cat >/dev/null; echo refused >&2; exit 4"])
