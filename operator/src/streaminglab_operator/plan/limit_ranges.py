"""What the LimitRanges of a namespace allow a pod of a lab to be, and what each part follows. Pure.

Whoever may write a LimitRange may write anything into it: each is read up to a bound, and what is
no quantity says nothing. Several of them hold together, as in Kubernetes: the largest minimum, the
smallest maximum, the smallest ratio. What it says of a container and of a pod is one here
(:mod:`services.bounds`); its defaults are for containers that say nothing, and ours say both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit, LabView, Observed, WorkloadState
from streaminglab_operator.schema.quantities import amount
from streaminglab_operator.services.bounds import FREE, THOUSAND, Bounds, Range, bounds_from

MOST_ITEMS = 32
"""Of one LimitRange; each is of one of three types."""
_TYPES = ("Container", "Pod")
_FIELDS = ("min", "max", "maxLimitRequestRatio")
_RESOURCES = {"cpu": THOUSAND, "memory": 1}
"""Each with how many of its units are one."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One number of one LimitRange. ``what``: ``min``, ``max`` or ``maxLimitRequestRatio``."""

    by: str
    resource: str
    what: str
    number: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What the LimitRanges of a namespace say of our pods.

    ``by``: the LimitRange that each number is from, by resource and ``min``, ``max``, ...
    """

    bounds: Bounds = FREE
    by: Mapping[tuple[str, str], str] = field(default_factory=dict)


NO_LIMITS = Limits()


def read(raw: Mapping[str, Any]) -> Iterator[Limit]:
    """What one LimitRange (``v1``, as JSON) says of containers and pods."""
    name = str(raw.get("metadata", {}).get("name", ""))
    items = (raw.get("spec") or {}).get("limits") or ()
    for item in items[:MOST_ITEMS]:
        if item.get("type") not in _TYPES:
            continue
        for what in _FIELDS:
            said = item.get(what) or {}
            for resource, one in _RESOURCES.items():
                per = THOUSAND if what == _FIELDS[2] else one
                number = amount(said.get(resource), per, down=what != "min")
                if number is not None:
                    yield Limit(name, resource, what, number)


def together(found: Iterable[Limit]) -> Limits:
    """All of them at once."""
    tightest: dict[tuple[str, str], Limit] = {}
    for limit in found:
        key = (limit.resource, limit.what)
        known = tightest.get(key)
        if known is None or _rank(limit) > _rank(known):
            tightest[key] = limit
    cpu, memory = (_range(tightest, resource) for resource in _RESOURCES)
    return Limits(Bounds(cpu, memory), {key: limit.by for key, limit in tightest.items()})


def _rank(limit: Limit) -> int:
    return limit.number if limit.what == "min" else -limit.number


def _range(tightest: Mapping[tuple[str, str], Limit], resource: str) -> Range:
    least, most, ratio = (tightest.get((resource, what)) for what in _FIELDS)
    return Range(
        max(0, least.number) if least else 0,
        most.number if most else None,
        ratio.number if ratio else None,
    )


@dataclass(frozen=True, slots=True)
class Follows:
    """The bounds that a part is sized by. ``asks``: the present ones count, and are not known."""

    bounds: Bounds
    asks: bool = False


def follows(
    live: Iterable[Observed],
    now: Limits | None,
    *,
    refused: bool,
    fits: Callable[[Bounds, Bounds], bool],
) -> Follows:
    """A pod that runs was admitted: its size stays, whatever a LimitRange says later. The present
    ones are for what is not there yet, and for what can have no pod of the size that it has.

    ``live``: what runs the part; ``fits``: whether the size by the first bounds is within the
    second ones.
    """
    there = [item for item in live if not item.deleting]
    kept = bounds_from(there[0].limits) if there else FREE
    if there and not refused:
        return Follows(kept)
    if now is None:
        return Follows(kept, asks=True)
    return Follows(kept if there and fits(kept, now.bounds) else now.bounds)


def at_rest(item: Observed) -> bool:
    """A workload that was suspended: whatever comes is made anew."""
    return isinstance(item.state, WorkloadState) and item.state.desired == 0


def refused(view: LabView, component: str, live: Iterable[Observed]) -> bool:
    """Whether a LimitRange keeps pods of a component from being made."""
    return _says_so((view.problems.get(component),), live)


def any_refused(view: LabView) -> bool:
    """Whether one keeps pods of any part of a lab from being made."""
    return _says_so(view.problems.values(), view.objects.values())


def _says_so(said: Iterable[Culprit | None], live: Iterable[Observed]) -> bool:
    states = (item.state for item in live)
    more = (state.culprit for state in states if isinstance(state, WorkloadState))
    return any(why is not None and why.reason is Reason.LIMIT_RANGE for why in (*said, *more))
