"""A few tries of something that may pass by itself, and then plain words."""

import logging
from collections.abc import Callable
from typing import TypeVar

from streaminglab_base.errors import JobError, Unavailable
from streaminglab_base.stopping import Stopping

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries of one download. When all are used up the container fails, and Kubernetes
starts it again with pauses of its own."""

T = TypeVar("T")
log = logging.getLogger(__name__)


def insist(attempt: Callable[[], T], stopping: Stopping) -> T:
    """Call ``attempt`` until it no longer raises Unavailable. Raises JobError after the last try,
    Stopped when asked to end; any other error passes through at once."""
    for pause in PAUSES:
        stopping.check()
        try:
            return attempt()
        except Unavailable as error:
            log.warning(f"{error}; trying again in {pause:g} s")
            stopping.sleep(pause)
    stopping.check()
    try:
        return attempt()
    except Unavailable as error:
        raise JobError(
            f"{error} ({len(PAUSES) + 1} tries). Is the address right, and may this pod "
            f"reach it (externalEgress)?"
        ) from error
