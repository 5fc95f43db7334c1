"""One process at a time: locks that end with the processes that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tools.shell.progress import say


@contextmanager
def hold(path: Path, work: str) -> Iterator[int]:
    """Hold the lock of a file; says that it waits when somebody else does `work`.

    Gives the file descriptor: a child that inherits it keeps the lock when we are killed
    (flock(2): the lock belongs to the open file, and falls with its last descriptor), so that
    the next caller does not meet a kind which is still making the cluster.
    """
    descriptors: list[int] = []
    # Not shared between threads: one of the same process waits for another as for a stranger.
    lock = FileLock(path, thread_local=False, on_acquired=descriptors.append)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        say(f"another process {work}: waiting for it")
        lock.acquire()
    try:
        yield descriptors[-1]
    finally:
        lock.release()
