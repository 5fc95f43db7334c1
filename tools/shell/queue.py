"""One caller at a time, of all threads and processes, before anything is installed.

Only the standard library, because tools.venv reads this; :mod:`tools.shell.lock` says that it
waits, and hands the lock on to children.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold the lock of a file, which is made where it is not there. It falls with the process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # flock(2) belongs to the open file, so that two threads of one process wait as well.
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
