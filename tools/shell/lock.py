"""One at a time, of all threads and processes: locks that end with the processes that hold them.

Only the standard library, because tools.venv reads this before anything is installed.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.shell.progress import say


@contextmanager
def hold(path: Path, work: str) -> Iterator[int]:
    """Hold the lock of a file; says that it waits when somebody else does `work`.

    Gives the file descriptor: a child that inherits it keeps the lock when we are killed
    (flock(2): the lock belongs to the open file, and falls with its last descriptor), so that
    the next caller does not meet a kind which is still making the cluster. Each call opens the
    file anew: a thread waits for another of its process as for a stranger.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process {work}: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield file.fileno()
        finally:
            # A child that outlives what it was started for keeps nobody waiting.
            fcntl.flock(file, fcntl.LOCK_UN)


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock of a file now; holds it for a moment where nobody does."""
    try:
        file = path.open("a")
    except FileNotFoundError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(file, fcntl.LOCK_UN)
    return False
