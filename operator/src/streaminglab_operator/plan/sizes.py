"""The size of each part of a lab, and what is kept with it of the bounds that it follows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from streaminglab_operator.observed import LabView, Observed
from streaminglab_operator.plan.limit_ranges import Limits, at_rest, follows, refused
from streaminglab_operator.services.base import Entry, Program
from streaminglab_operator.services.bounds import FREE, Bounds
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.jobs import SIZES


@dataclass(frozen=True, slots=True)
class Sized:
    """- ``around``: the lab as the part's values are to see it
    - ``record``: what is kept with its workload; empty where its size is the usual one
    - ``asks``: the LimitRanges of the namespace count, and were not looked at
    """

    around: ServiceContext
    record: str = ""
    asks: bool = False


def size_of(
    entry: Entry,
    around: ServiceContext,
    view: LabView,
    live: Sequence[Observed],
    limits: Limits | None,
    *,
    suspended: bool,
) -> Sized:
    """What a part is sized by. ``live``: what runs it; ``suspended``: nothing is to run."""
    part = around.parts[entry.part.field]
    sizes: Mapping[str, Any] = SIZES if isinstance(entry, Program) else entry.as_asked(part).sizes

    def by(bounds: Bounds) -> ServiceContext:
        # As it is mostly, and a copy of so many fields costs more than all else here.
        if bounds == FREE and not around.bounds:
            return around
        return replace(around, bounds={entry.component: bounds})

    def fits(mine: Bounds, now: Bounds) -> bool:
        return now.allows(by(mine).size(entry.component, sizes, part))

    running = [item for item in live if suspended or not at_rest(item)]
    hindered = refused(view, entry.component, running) and not suspended
    found = follows(running, limits, refused=hindered, fits=fits)
    usual, size = (by(b).size(entry.component, sizes, part) for b in (FREE, found.bounds))
    record = "" if size == usual else found.bounds.text()
    return Sized(by(found.bounds), record, found.asks and not suspended)
