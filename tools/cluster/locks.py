"""One process at a time: locks that end with the processes that hold them."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from tools.cluster import paths
from tools.cluster.run import say


@contextmanager
def hold(name: str, work: str) -> Iterator[int]:
    """Hold a named lock; says that it waits when somebody else does `work`.

    Gives the file descriptor: a child that inherits it keeps the lock when we are killed, so
    that the next caller does not meet a kind which is still making the cluster.
    """
    paths.cache_dir().mkdir(parents=True, exist_ok=True)
    with (paths.cache_dir() / f"{name}.lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process {work}: waiting for it")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield stream.fileno()
