"""How often Python looks for garbage."""

import gc

YOUNG = 10_000
"""Containers that came and did not go, until the youngest are looked through."""
TIMES = 10
"""So many looks at younger ones, until the next older are looked through too."""


def look_seldom() -> None:
    """To be called when everything is imported, and nothing else is there yet.

    A page of a list is some forty thousand dicts and lists, which are there at once and gone with
    the page. By Python's own thresholds (700 of them) they count as long-lived halfway through, and
    all of the process is looked through at each second page: that was a third of a start with many
    labs (``gc.set_threshold`` and the rule of a quarter, https://docs.python.org/3/library/gc.html).
    What is imported stays until the end, and is not looked through at all.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, TIMES, TIMES)
