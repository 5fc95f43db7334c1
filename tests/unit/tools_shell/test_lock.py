"""A lock holds between processes, and falls with the last of those that hold it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools.shell import lock
from tools.shell.lock import hold

HOLDER = """
import subprocess, sys, time
from pathlib import Path
from tools.shell.lock import hold
with hold(Path(sys.argv[1]), "works") as lock:
    child = subprocess.Popen(["sleep", "60"], pass_fds=(lock,))
    print(child.pid, flush=True)
    time.sleep(60)
"""


def test_a_child_that_outlives_us_keeps_the_lock(tmp_path: Path) -> None:
    file = tmp_path / "cluster.lock"
    command = [sys.executable, "-c", HOLDER, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        child = os.pidfd_open(int(holder.stdout.readline()))
        holder.kill()
        holder.wait()
    try:
        with file.open("w") as stream:
            with pytest.raises(BlockingIOError):
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            signal.pidfd_send_signal(child, signal.SIGKILL)
            fcntl.flock(stream, fcntl.LOCK_EX)
    finally:
        os.close(child)


def test_who_has_to_wait_says_for_what_and_then_gets_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, got, reported = tmp_path / "new" / "a.lock", threading.Event(), threading.Event()
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        reported.set()

    def second() -> None:
        with hold(file, "builds helm"):
            got.set()

    # Not by what is printed: pytest's capture loses what another thread writes while it is read.
    monkeypatch.setattr(lock, "say", say)
    with hold(file, "builds helm"):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert reported.wait(timeout=60)
        assert not got.is_set()
    waiting.join()
    assert got.is_set()
    assert said == ["another process builds helm: waiting for it"]


def test_whether_somebody_holds_a_lock_is_told_without_waiting(tmp_path: Path) -> None:
    file = tmp_path / "a.lock"
    assert not lock.is_held(file)
    with hold(file, "works"):
        assert lock.is_held(file)
    assert not lock.is_held(file)
