"""The simulated weather: a pure function of (seed, number of the point).

Any point can be computed without those before it, so that an injection resumes anywhere. Each
station has a climate of its own; one step of a station is five minutes of its weather, so a day
takes 288 steps and a short injection sees warm afternoons and cold nights.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from streaminglab_jobs.points import SECOND, Point
from streaminglab_jobs.stations import TOWNS, name

STEPS_PER_DAY = 288
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def mix(number: int) -> int:
    """Spread a number over 64 bits (the finaliser of SplitMix64)."""
    number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    number = (number ^ (number >> 27)) * 0x94D049BB133111EB & _MASK
    return number ^ (number >> 31)


def make(
    seed: int, stations: int, start: int, rate: float, names: int = TOWNS
) -> Callable[[int], Point]:
    """Return the function ``i -> point i``: station ``i mod stations``, time ``start + i/rate``.

    ``start`` in nanoseconds since 1970, ``rate`` in points per second. Times are exact integers
    (fractions, not floats), so that every restart computes the same ones. ``names``: how its
    stations are called.
    """
    per_second = Fraction(str(rate))
    scale, per = SECOND * per_second.denominator, per_second.numerator
    base = mix(seed & _MASK)
    climates = [(name(s, names), *_climate(base, s)) for s in range(stations)]
    wave = [math.sin(2 * math.pi * k / STEPS_PER_DAY) for k in range(STEPS_PER_DAY)]

    def point(i: int) -> Point:
        step, s = divmod(i, stations)
        station, mean, swing, level, breeze, phase = climates[s]
        noise = mix(base + (i + 1) * _GOLDEN & _MASK)
        day = wave[(step + phase) % STEPS_PER_DAY]
        front = wave[(step // 7 + phase) % STEPS_PER_DAY]
        return Point(
            station,
            start + i * scale // per,
            round(mean + swing * day + 3.0 * front + (noise & 1023) / 512 - 1.0, 2),
            round(60.0 - 24.0 * day + 7.0 * front + (noise >> 10 & 1023) / 128, 2),
            round(level - 9.0 * front + (noise >> 20 & 1023) / 1024, 2),
            round(breeze * (1.3 + day * 0.5) + (noise >> 30 & 1023) / 256, 2),
        )

    return point


class Run(NamedTuple):
    """One injection: which points it has, without what is in them. ``points`` 0: no end."""

    start: int
    stations: int
    rate: float
    points: int
    names: int = TOWNS

    def since(self, low: int) -> int:
        """How many of its points are of time ``low`` or later; of a run with an end."""
        return self.points - min(max(index_of(low, self.start, self.rate), 0), self.points)


def owner(run: Run) -> Callable[[str, int], bool]:
    """Return whether a point of that station and time is one of the run's.

    Asked of every point that is read: whole numbers only, and the station's name is looked up.
    """
    start, stations, _, total, names = run
    per_second = Fraction(str(run.rate))
    scale, per = SECOND * per_second.denominator, per_second.numerator
    numbers = {name(s, names): s for s in range(stations)}

    def owns(station: str, time: int) -> bool:
        s = numbers.get(station)
        if s is None or time < start:
            return False
        i = -((start - time) * per // scale)
        return i % stations == s and start + i * scale // per == time and (not total or i < total)

    return owns


def _climate(base: int, station: int) -> tuple[float, float, float, float, int]:
    """Mean temperature, daily swing, pressure level, usual wind, phase of the day."""
    luck = mix(base ^ mix(station + 1))
    return (
        14.0 + (luck & 255) / 25.6,
        9.0 + (luck >> 8 & 255) / 42.6,
        995.0 + (luck >> 16 & 255) / 10.24,
        2.0 + (luck >> 24 & 255) / 64.0,
        (luck >> 32) % (STEPS_PER_DAY // 6),
    )


def index_of(point_time: int, start: int, rate: float) -> int:
    """Number of the point with that time, if there is one (the caller checks by computing it)."""
    exact = Fraction(str(rate)) * (point_time - start) / SECOND
    return math.ceil(exact)
