"""Try again while a server is away, with growing pauses and a line now and then."""

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from streaminglab_base.errors import JobError, Unavailable
from streaminglab_base.stopping import Stopping

T = TypeVar("T")
log = logging.getLogger(__name__)

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
SECONDS_BETWEEN_LINES = 5.0


def pauses() -> Iterator[float]:
    """Seconds to wait after each failed try: doubling, up to the longest."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE)


class Patience:
    """How long a job waits for others, in all: one deadline for many tries."""

    def __init__(self, stopping: Stopping, timeout: float | None = None) -> None:
        self.stopping = stopping
        self._now = stopping.clock.monotonic
        self._deadline = None if timeout is None else self._now() + timeout
        self._timeout = timeout
        self._last_line = 0.0

    @property
    def left(self) -> float:
        """Seconds until the deadline; infinite without one."""
        return float("inf") if self._deadline is None else self._deadline - self._now()

    def insist(self, what: str, attempt: Callable[[], T]) -> T:
        """Call ``attempt`` until it no longer raises Unavailable.

        ``what`` completes the sentence "waiting for ...". Raises JobError at the deadline, Stopped
        when asked to end; any other error passes through at once.
        """
        for pause in pauses():
            self.stopping.check()
            try:
                return attempt()
            except Unavailable as error:
                if self.left <= 0:
                    raise JobError(
                        f"gave up after {self._timeout:.0f} s waiting for {what}: {error}"
                    ) from error
                self.say(f"waiting for {what}: {error}")
                self.stopping.sleep(min(pause, max(self.left, 0)))
        raise AssertionError("pauses never end")

    def say(self, message: str) -> None:
        """Log ``message``, but not more often than every few seconds."""
        now = self._now()
        if now - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = now
            log.info(message)
