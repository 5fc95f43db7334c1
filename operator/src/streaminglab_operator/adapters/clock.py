"""The machine's clocks (implements :class:`ports.Clock`)."""

import time


class WallClock:
    """A wall clock that is set back, by NTP or by hand, would make every wait as much longer: a
    lab whose set-up failed would be left alone for an hour. So waits go by the monotonic clock
    (Python, PEP 418)."""

    def __init__(self) -> None:
        self._began = time.time() - time.monotonic()

    def now(self) -> float:
        """Never goes back."""
        return self._began + time.monotonic()

    def wall(self) -> float:
        """Seconds since the epoch."""
        return time.time()
