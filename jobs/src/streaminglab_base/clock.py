"""The machine's clock, and the one way in which a program of ours waits.

A test hands in another one, in which hours pass at once.
"""

import threading
import time


class Clock:
    """Reads the machine's clocks."""

    def monotonic(self) -> float:
        """Seconds since some time in the past; never set back."""
        return time.monotonic()

    def time_ns(self) -> int:
        """Nanoseconds since 1970."""
        return time.time_ns()

    def time(self) -> float:
        """Seconds since 1970."""
        return self.time_ns() / 1e9

    def wait(self, event: threading.Event, seconds: float) -> None:
        """Wait until the event is set, and not longer than this."""
        event.wait(seconds)
