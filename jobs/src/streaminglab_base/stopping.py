"""SIGTERM and SIGINT: finish what was begun, say what was done, end."""

import signal
import threading
from types import FrameType

from streaminglab_base.clock import Clock
from streaminglab_base.errors import Stopped

EXIT_STOPPED = 143
"""128 + SIGTERM: a Job that was stopped half way must not count as complete."""


class Stopping:
    """Set once by a signal; every wait of a job ends with it. ``clock`` is what the job reads."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self._event = threading.Event()

    def listen(self) -> None:
        """Catch SIGTERM and SIGINT from now on."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._event.set()

    def stop(self) -> None:
        """Ask the job to end."""
        self._event.set()

    @property
    def asked(self) -> bool:
        """Whether the job was asked to end."""
        return self._event.is_set()

    def sleep(self, seconds: float) -> None:
        """Wait; end early when asked to stop."""
        if seconds > 0:
            self.clock.wait(self._event, seconds)

    def check(self) -> None:
        """Raise Stopped when asked to stop."""
        if self._event.is_set():
            raise Stopped
