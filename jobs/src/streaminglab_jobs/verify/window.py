"""Which times can be compared at all: what both InfluxDB and the topics still keep. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from streaminglab_jobs.points import SECOND
from streaminglab_jobs.verify.tally import Mine, Window, everything
from streaminglab_jobs.weather import Run, owner

LATEST = (1 << 63) - 1
MARGIN = 120 * SECOND
"""Added to a retention: what is about to be deleted is not compared."""
WATERMARK = 2 * SECOND
"""In an endless injection points younger than this may still be on their way into InfluxDB. (Those
on their way to the topics are waited for, so this need not be long.)"""
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


class Kept(NamedTuple):
    """What the places still hold (times in ns since 1970, 0 where nothing is known).

    - ``oldest``: time of InfluxDB's oldest point
    - ``runs``: the injections that InfluxDB knows of, oldest first
    - ``topics``: for each topic, the time since which it has deleted nothing
    """

    oldest: int = 0
    started: int = 0
    topics: Mapping[str, int] = {}
    runs: Sequence[Run] = ()


def find_window(now: int, bucket: dict[str, Any] | None, kept: Kept, newest: int) -> Window:
    """Times to compare (ns). ``newest`` is the newest point of an endless injection, or LATEST."""
    retention = retention_seconds(bucket)
    expiry = now - retention * SECOND + MARGIN if retention else 0
    bounds = [
        (0, ""),
        (expiry, f"InfluxDB keeps points ({span(retention)})"),
        *((time, f"topic {topic!r} keeps records") for topic, time in kept.topics.items()),
        (kept.oldest, "the oldest point in InfluxDB"),
    ]
    # Of equal ones the first says why.
    low, why = max(bounds, key=lambda bound: bound[0])
    high = LATEST if newest == LATEST else min(newest, now) - WATERMARK
    return Window(low, high, why, _may_have_expired(expiry, bucket, kept), _due(low, kept.runs))


def _due(low: int, runs: Sequence[Run]) -> int | None:
    return runs[-1].since(low) if runs and runs[-1].points else None


def injected(now: int, bucket: dict[str, Any] | None, runs: Sequence[Run]) -> Mine:
    """Which points are the lab's own, as far as is known.

    A run's marker goes with its last points. So where none is left in a bucket older than its
    retention, nothing that was injected is left either; in any other without one, whatever is
    there is taken for injected.
    """
    if not runs:
        retention = retention_seconds(bucket)
        forgotten = retention and 0 < _created(bucket) < now - retention * SECOND
        return _nothing if forgotten else everything
    owners = [owner(run) for run in reversed(runs)]
    return owners[0] if len(owners) == 1 else _any_of(owners)


def _nothing(_station: str, _time: int) -> bool:
    return False


def _any_of(owners: Sequence[Callable[[str, int], bool]]) -> Mine:
    return lambda station, time: any(owns(station, time) for owns in owners)


def _may_have_expired(expiry: int, bucket: dict[str, Any] | None, kept: Kept) -> bool:
    """Whether points of the newest injection can be older than the retention.

    So neither the bucket nor, as far as is known, the injection is younger; and what is left
    begins where the retention cuts (or nothing is left): a gap there would be a loss.
    """
    return 0 < _created(bucket) < expiry and max(kept.started, kept.oldest) < expiry


def _created(bucket: dict[str, Any] | None) -> int:
    try:
        return int(datetime.fromisoformat((bucket or {})["createdAt"]).timestamp()) * SECOND
    except (KeyError, TypeError, ValueError):
        return 0


def retention_seconds(bucket: dict[str, Any] | None) -> int:
    """Seconds that the bucket keeps points; 0 is for ever (or unknown)."""
    rules = (bucket or {}).get("retentionRules") or []
    return min((int(r.get("everySeconds", 0)) for r in rules), default=0)


def span(seconds: int) -> str:
    """A duration in the largest unit that fits: ``7 d``, ``90 min``."""
    unit, size = next((u, s) for u, s in _UNITS if seconds % s == 0)
    return f"{seconds // size} {unit}"
