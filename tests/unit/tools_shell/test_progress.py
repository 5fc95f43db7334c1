"""What a person reads while something goes on, and how a command line ends."""

from __future__ import annotations

import pytest

from tools.shell.errors import ToolError
from tools.shell.progress import reported, step, wait_until


def refuse() -> int:
    raise ToolError("the disk is full", "free some")


def interrupt() -> int:
    raise KeyboardInterrupt


def test_what_is_in_the_way_is_told_with_its_cure_and_ends_with_status_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert reported(refuse) == 1
    assert capsys.readouterr().err == "error: the disk is full\n  cure: free some\n"


def test_an_interrupt_ends_with_the_status_of_a_shell() -> None:
    assert reported(interrupt) == 130
    assert reported(lambda: 3) == 3


def test_a_step_says_its_name_before_and_its_end_after(capsys: pytest.CaptureFixture[str]) -> None:
    with step("helm", 200):
        pass
    with pytest.raises(ToolError), step("kind"):
        refuse()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "[tools] helm ... (usually 200 s)"
    assert lines[1].startswith("[tools] helm: done in 0.")
    assert lines[3].startswith("[tools] kind: stopped after 0.")


def test_what_does_not_come_is_named() -> None:
    looks = iter([False, False, True])
    wait_until("the API server", lambda: next(looks), seconds=60, pause=0)
    with pytest.raises(ToolError, match="every node: not so after 0 s"):
        wait_until("every node", lambda: False, seconds=0, pause=0.01)
