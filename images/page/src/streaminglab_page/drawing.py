"""Where each part of a lab stands in the drawing of the data's way. Pure.

Parts stand in columns, and data goes from left to right; what gives data back (a database that is
read as well as written) has an arrow with two heads. A part that no data goes through stands below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from streaminglab_page.view import Arrow, Drawing, Place

Way = tuple[str, str]


def drawing(parts: Iterable[str], ways: Iterable[Way]) -> Drawing:
    """The parts that there are, in their order, with the ways of data among them."""
    names = tuple(dict.fromkeys(parts))
    there = [way for way in ways if way[0] in names and way[1] in names and way[0] != way[1]]
    forward = _forward(there)
    both = set(there)
    arrows = tuple(Arrow(start, end, (end, start) in both) for start, end in forward)
    linked = {name for way in forward for name in way}
    columns = _columns([name for name in names if name in linked], forward)
    places = tuple(
        Place(name, column, row)
        for column, inside in enumerate(columns)
        for row, name in enumerate(inside)
    )
    return Drawing(places, arrows, tuple(name for name in names if name not in linked))


def _forward(ways: Sequence[Way]) -> list[Way]:
    """The ways without those that would lead back to where data has come from."""
    found: list[Way] = []
    for start, end in ways:
        if (start, end) not in found and start not in _behind(end, found):
            found.append((start, end))
    return found


def _behind(start: str, ways: Iterable[Way]) -> set[str]:
    """What data reaches from somewhere, and where it begins."""
    found, left = {start}, [start]
    while left:
        here = left.pop()
        fresh = [end for begin, end in ways if begin == here and end not in found]
        found.update(fresh)
        left += fresh
    return found


def _columns(names: Sequence[str], forward: Sequence[Way]) -> list[list[str]]:
    column = dict.fromkeys(names, 0)
    # No way is longer than there are parts, and none leads back.
    for _ in names:
        for start, end in forward:
            column[end] = max(column[end], column[start] + 1)
    for name in names:
        after = [column[end] for start, end in forward if start == name]
        if after and not any(end == name for _, end in forward):
            # Where data begins: beside what it goes to.
            column[name] = min(after) - 1
    inside: list[list[str]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for name in names:
        inside[column[name]].append(name)
    return [one for one in inside if one]
