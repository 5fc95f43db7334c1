"""How a program ends: each failure has its exit code, and one place where its words go."""

import json
import logging
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from streaminglab_base import program
from streaminglab_base.errors import JobError, Stopped
from streaminglab_base.stopping import EXIT_STOPPED, Stopping

Work = Callable[[Stopping], int]


@pytest.fixture
def reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "termination-log"
    monkeypatch.setenv("STREAMINGLAB_TERMINATION_LOG", str(path))
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    return path


def raising(error: Exception) -> Work:
    def work(_stopping: Stopping) -> int:
        raise error

    return work


def test_what_the_work_answers_is_the_exit_code(reported: Path) -> None:
    assert program.serve("x", lambda _stopping: 3) == 3
    assert not reported.exists()


def test_a_stopped_job_is_not_complete_but_a_stopped_server_is(reported: Path) -> None:
    assert program.serve("x", raising(Stopped())) == EXIT_STOPPED
    assert program.serve("x", raising(Stopped()), stopped=0) == 0
    assert not reported.exists()


def test_a_refusal_has_its_own_code_and_is_the_pods_last_word(reported: Path) -> None:
    assert program.serve("x", raising(JobError("name a user")), refused=2) == 2
    assert json.loads(reported.read_text()) == {"message": "name a user"}


def test_a_bug_is_called_a_bug(reported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.serve("x", raising(KeyError("id"))) == 1
    assert json.loads(reported.read_text())["message"] == "x ended by a bug: KeyError: 'id'"
    assert "Traceback" in json.loads(capsys.readouterr().out)["trace"]


def test_at_a_terminal_a_refusal_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise JobError("HOME: cannot be written")

    assert program.command(work) == 1
    assert capsys.readouterr().err == "HOME: cannot be written\n"
    assert program.command(lambda: 0) == 0
