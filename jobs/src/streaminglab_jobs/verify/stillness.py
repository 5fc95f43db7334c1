"""When a comparison that differs need not be looked at any longer. Pure.

Kubernetes hands on what a container says only when it has ended. So a comparison that gets no
further ends, and the next try goes on: what differs is told at once, not when the time is up.
"""

from collections.abc import Hashable

HOPELESS = 3.0
"""Seconds without a change after which a difference stays that no waiting can heal."""
STILL = 8.0
"""The same for points that the producer has still to carry."""
REPAIRING = 45.0
"""The same while lost points are sent again: longer than the silence that comes before."""


class Stillness:
    """For how long nothing has changed."""

    def __init__(self) -> None:
        self._seen: Hashable = None
        self._since = 0.0

    def seconds(self, seen: Hashable, now: float) -> float:
        """Told of what is seen at time ``now``; the seconds since it was last something else."""
        if seen != self._seen:
            self._seen, self._since = seen, now
        return now - self._since


def enough_of(still: float, *, hopeless: bool, repairing: bool) -> bool:
    """Whether after so many seconds without a change no more is to be expected soon."""
    if hopeless:
        return still >= HOPELESS
    return still >= (REPAIRING if repairing else STILL)
