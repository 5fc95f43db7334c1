"""Processes are known by number and name together, because numbers are used again."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.machine import daemon, processes
from tools.shell import paths

MARK = f"streaminglab-test-mark-{uuid.uuid4().hex}"
"""Of this process alone: other workers of the same run have processes of their own."""


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process with a word of ours on its command line."""
    code = "import time; time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, f"--x={MARK}/x"]) as child:
        # The kernel shows a new command line a moment after the program has begun.
        while not any(MARK in word for word in processes.command_line(child.pid)):
            time.sleep(0.01)
        yield child
        child.kill()


def test_a_living_process_with_the_right_name_is_alive(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    file = tmp_path / "pid"
    file.write_text(str(sleeper.pid))
    assert processes.alive(file, Path(sys.executable).name)


def test_a_number_that_another_program_got_is_not_ours(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    file = tmp_path / "pid"
    file.write_text(str(sleeper.pid))
    assert not processes.alive(file, "dockerd")


@pytest.mark.parametrize("text", ["", "no number", "999999999"])
def test_a_file_without_a_living_process_says_no(tmp_path: Path, text: str) -> None:
    file = tmp_path / "pid"
    file.write_text(text)
    assert not processes.alive(file, "dockerd")


def test_a_process_is_found_by_its_word_and_ended(sleeper: subprocess.Popen[bytes]) -> None:
    found = processes.with_word(MARK)
    assert found == [sleeper.pid]
    processes.end(found, seconds=5)
    assert sleeper.wait(timeout=5) != 0


def test_stale_files_of_a_killed_engine_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    monkeypatch.setenv("STREAMINGLAB_RUN", str(tmp_path))
    # After a restart of the machine both numbers belong to other programs.
    for file in (daemon.pid_file(), daemon.containerd_pid_file()):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(sleeper.pid))
    paths.docker_socket().touch()
    daemon.forget_dead()
    assert not daemon.pid_file().exists()
    assert not daemon.containerd_pid_file().exists()
    assert not paths.docker_socket().exists()
