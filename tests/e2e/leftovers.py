"""Namespaces of runs that were killed: which ones nobody comes back for.

Runs side by side, of one machine or of two, may use one cluster. Each namespace says which run made
it. A run of this machine holds a lock as long as it goes on, and so is known to be over; of a
stranger's run only its age is known.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tools.shell import paths

LABEL = "streaminglab.dev/e2e"
"""Of a namespace: the run that made it."""
STALE = timedelta(hours=6)
"""No run takes so long."""

Ended = Callable[[str], bool | None]
"""What is known of a run; see :func:`over`."""


def _locks() -> Path:
    return paths.cache_dir() / "e2e-runs"


@contextmanager
def going_on(run: str) -> Iterator[None]:
    """This process is one of the run's: while it lives, others leave its namespaces alone."""
    path = _locks() / run
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield
    # The file stays: the next run learns by it that what this one may have left is nobody's.


def over(run: str) -> bool | None:
    """Whether none of its processes is left (flock(2): the lock falls with the last one, however it
    ends); None for a run of another machine."""
    try:
        with (_locks() / run).open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return False
    return True


def left(
    namespaces: Sequence[Mapping[str, Any]], mine: str, now: datetime, ended: Ended = over
) -> list[str]:
    """Names of the namespaces, among those with the label, that are of runs which are over."""

    def gone(found: Mapping[str, Any]) -> bool:
        run = found["labels"][LABEL]
        if run == mine:
            return False
        known = ended(run)
        age = now - datetime.fromisoformat(found["creationTimestamp"])
        return age > STALE if known is None else known

    every = (found["metadata"] for found in namespaces)
    return [found["name"] for found in every if gone(found)]


def forget(now: datetime) -> None:
    """Take away the locks of runs that are over for so long that they have left nothing."""
    for path in _locks().glob("*"):
        age = now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if age > STALE and over(path.name):
            path.unlink(missing_ok=True)
