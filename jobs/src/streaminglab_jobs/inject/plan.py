"""Which points a run has, and which of them are due. Pure: no clock, no client."""

from collections.abc import Callable, Iterable

from streaminglab_jobs import weather
from streaminglab_jobs.points import SECOND, Point
from streaminglab_jobs.weather import Run


class Plan:
    """The points of one run: number, time, content."""

    def __init__(self, seed: int, run: Run) -> None:
        self.start = run.start
        self.total = run.points
        self._rate = run.rate
        self.point: Callable[[int], Point] = weather.make(
            seed, run.stations, run.start, run.rate, run.names
        )

    def due(self, now: int, following: int, most: int) -> int:
        """First number not to write now: at most ``most`` points, none of the future."""
        ready = weather.index_of(now, self.start, self._rate) if now >= self.start else 0
        end = min(following + most, max(ready, following))
        return min(end, self.total) if self.total else end

    def pause(self, now: int, following: int, most: int, flush: float) -> float:
        """Seconds to wait when nothing is due: for a full batch, but at most about ``flush``."""
        last = following + most - 1
        if self.total:
            last = min(last, self.total - 1)
        full = (self.point(last).time - now) / SECOND
        first = (self.point(following).time - now) / SECOND
        return max(first, min(full, flush))

    def first_unwritten(self, stored: Iterable[tuple[str, int]]) -> tuple[int, bool]:
        """One more than the highest number among the stored (station, time).

        Also whether some are none of this run's: points that somebody wrote by hand.
        """
        highest, foreign = -1, False
        for station, time in stored:
            i = weather.index_of(time, self.start, self._rate)
            point = self.point(i) if 0 <= i < (self.total or i + 1) else None
            if point is not None and point.time == time and point.station == station:
                highest = max(highest, i)
            else:
                foreign = True
        return highest + 1, foreign

    def tail(self, following: int, batch: int) -> range:
        """The numbers that the last write before ``following`` can have held."""
        return range(max(0, following - batch), following)
