"""How long to wait after failures in a row: each time twice as long, up to a bound."""

_MOST_DOUBLINGS = 16
"""Bounded too: a float has no 2**1024, nine hours into an outage."""


def doubled(first: float, longest: float, failures: int) -> float:
    """Seconds after so many failures: ``first`` after none, then twice as many each time."""
    return min(longest, first * 2.0 ** min(failures, _MOST_DOUBLINGS))
