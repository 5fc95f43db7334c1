"""All edits, from the schema: the same ones each time."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from tests.mutations.hostile import KEYS
from tests.mutations.labs import labs
from tests.mutations.plan import Plan
from tests.mutations.schema import Place, Step, found, places
from tests.mutations.values import values

MANY = 400
"""More than any list or map may have."""


@cache
def all_plans() -> tuple[Plan, ...]:
    """Everything that ``make test-mutations`` tries. Raises KeyError for a place in no lab."""
    return tuple(plan for place in places() for plan in _of_place(place))


def sample(count: int) -> Sequence[Plan]:
    """Some of all, spread over all places."""
    plans = all_plans()
    step = len(plans) / count
    return [plans[int(number * step)] for number in range(count)]


def somewhere(place: Place) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """The labs that have a place, and where."""
    for name, spec in labs().items():
        for at in found(place.path, spec):
            yield name, at


def value_at(spec: Any, at: Sequence[Step]) -> Any:
    """What stands there."""
    for step in at:
        spec = spec[step]
    return spec


def _of_place(place: Place) -> Iterator[Plan]:
    here = next(somewhere(place), None)
    if here is None:
        raise KeyError(place.path)
    lab, at = here
    common: dict[str, Any] = {"lab": lab, "place": place.path, "at": at}
    yield Plan(**common, sort="taken")
    yield Plan(**common, sort="null")
    now = value_at(labs()[lab], at)
    first = True
    for sort, value in values(place, now):
        yield Plan(**common, sort=sort, value=value)
        if sort == "valid" and first:
            yield Plan(**common, sort=sort, value=value, moment="create")
            first = False
    yield from _of_container(place, lab, at, now)


def _of_container(place: Place, lab: str, at: tuple[Step, ...], now: Any) -> Iterator[Plan]:
    common: dict[str, Any] = {"lab": lab, "place": place.path}
    if place.sort == "object":
        yield Plan(**common, at=(*at, "unheardOf"), sort="bad", value="x")
        yield Plan(**common, at=at, sort="valid", value={})
        # Where one of its fields is fixed for good, no edit of the whole is let in.
        yield Plan(**common, at=at, sort="valid", value={}, moment="create")
    elif place.sort == "map":
        yield from (Plan(**common, at=(*at, key), sort="hostile", value="1") for key in KEYS)
        yield Plan(**common, at=at, sort="valid", value={})
        yield Plan(**common, at=at, sort="bad", value={f"a{i}": "1" for i in range(MANY)})
    elif place.sort == "list":
        yield from _of_list(common, at, now)


def _of_list(common: dict[str, Any], at: tuple[Step, ...], now: Any) -> Iterator[Plan]:
    yield Plan(**common, at=at, sort="valid", value=[])
    yield Plan(**common, at=at, sort="bad", value=[copy.deepcopy(now[0])] * MANY)
    yield Plan(**common, at=at, sort="hostile", value=[*now, now[0]])
    if now[1:]:
        yield Plan(**common, at=at, sort="hostile", value=list(reversed(now)))
    yield Plan(**common, at=(*at, len(now)), sort="bad", value={"unheardOf": "x"})
