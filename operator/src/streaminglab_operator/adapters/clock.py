"""The wall clock (implements :class:`ports.Clock`)."""

import time


class WallClock:
    """Seconds since the epoch."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()
