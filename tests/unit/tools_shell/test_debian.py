"""Debian's packages come to one caller at a time, and to nobody twice."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tools.shell import debian

HOLDER = """
import fcntl, sys
with open(sys.argv[1], "r+") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _no_lists(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STREAMINGLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(debian, "wait_for_lists", lambda: None)


def test_callers_of_many_threads_go_one_after_the_other() -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def run(command: list[str]) -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.005)
        with lock:
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: debian.install(run, "shellcheck"), range(8)))
    assert most == 1


def test_what_another_brought_meanwhile_is_not_fetched_again() -> None:
    commands: list[list[str]] = []
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda _: debian.install(commands.append, "git", there=lambda: bool(commands)),
                range(8),
            )
        )
    assert [command[1] for command in commands] == ["update", "install"]
    assert commands[1][-1] == "git"


def test_a_command_that_fails_frees_the_way() -> None:
    def refuse(command: list[str]) -> None:
        raise RuntimeError(command[1])

    commands: list[list[str]] = []
    with pytest.raises(RuntimeError, match="update"):
        debian.install(refuse, "git")
    debian.install(commands.append, "git")
    assert commands


class TestLists:
    """The daily update of a machine holds the lock of the lists."""

    wait = staticmethod(debian.wait_for_lists)

    def test_a_reader_of_the_lists_is_waited_for(self, tmp_path: Path) -> None:
        file = tmp_path / "lock"
        file.touch()
        command = [sys.executable, "-c", HOLDER, str(file)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, text=True, **pipes) as holder:  # type: ignore[call-overload]
            assert holder.stdout.readline() == "held\n"
            waiting = threading.Thread(target=self.wait, args=(file, 60, 0.01))
            waiting.start()
            waiting.join(0.1)
            assert waiting.is_alive()
            holder.stdin.close()
            waiting.join(30)
            assert not waiting.is_alive()
        with file.open("r+") as again:
            fcntl.lockf(again, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_a_machine_without_lists_is_not_waited_for(self, tmp_path: Path) -> None:
        self.wait(tmp_path / "none", 0.1, 0.01)
        assert not (tmp_path / "none").exists()
