"""The verdict in numbers and in words."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from streaminglab_jobs.verify.digests import Difference
from streaminglab_jobs.verify.tally import Tally, Window

_CARRIERS = {
    "producer": "the producer to carry them",
    "telegraf": "Telegraf to carry them, and sends again what is lost",
}


class Compared(NamedTuple):
    """One topic against InfluxDB."""

    topic: str
    tally: Tally
    difference: Difference


class Counts(NamedTuple):
    """Numbers that are not compared, only told. ``expected`` 0: an endless injection."""

    expected: int
    alerts: int = 0
    replayed: int = 0


def build(
    influx: Tally, compared: dict[str, Compared], counts: Counts, window: Window
) -> dict[str, Any]:
    """Make the report: counts, ``equal``, and a message for people.

    ``equal`` is True when every topic holds the points that were injected, each once. What
    people wrote besides is counted as ``own``.
    """
    complete = enough(influx, counts.expected, window)
    equal = complete and all(c.difference.lacks_nothing for c in compared.values())
    twice = any(c.difference.duplicates for c in compared.values())
    report: dict[str, Any] = {"influxdb": len(influx)}
    report.update({n: len(c.tally) - c.difference.edited for n, c in compared.items()})
    report.update(alerts=counts.alerts, expected=counts.expected)
    report["older"] = max(counts.expected - len(influx), 0) if complete else influx.older
    for key in ("missing", "unexpected", "duplicates"):
        report[key] = {name: getattr(c.difference, key) for name, c in compared.items()}
    report["own"] = influx.own + influx.stale + sum(_own(c) for c in compared.values())
    report["outOfOrder"] = {name: c.tally.out_of_order for name, c in compared.items()}
    report.update(replayed=counts.replayed, equal=equal)
    wrong = [] if complete else [_short(influx, counts.expected)]
    for topic, _, difference in compared.values():
        wrong += _wrongs(topic, difference, len(influx))
    said = wrong or [_same(influx, list(compared.values()))]
    report["waitsFor"] = _waits_for(compared) if complete and not equal else ""
    left_out = _left_out(influx, compared.values(), report, window)
    report["message"] = "; ".join([*said, *left_out, *_besides(influx, compared.values())])
    report["verified"] = equal and not twice
    return report


def enough(influx: Tally, expected: int, window: Window) -> bool:
    """Whether InfluxDB holds what was to be injected; for an endless injection, anything.

    What its retention has deleted it need not hold.
    """
    if not expected:
        return len(influx) > 0
    if window.due is not None:
        return len(influx) >= window.due
    return window.expired or len(influx) + influx.older >= expected


def _waits_for(compared: dict[str, Compared]) -> str:
    """Who may still bring what is missing; nobody, where waiting cannot heal the difference."""
    if any(c.difference.unexpected for c in compared.values()):
        return ""
    lacking = [name for name, c in compared.items() if c.difference.missing]
    return " and ".join(_CARRIERS[name] for name in lacking)


def _same(influx: Tally, compared: list[Compared]) -> str:
    names = " and ".join(repr(c.topic) for c in compared)
    if not len(influx):
        return "there is nothing left to compare"
    return f"InfluxDB and {names} hold the same {len(influx)} points, each once"


def _short(influx: Tally, expected: int) -> str:
    if expected:
        return f"InfluxDB holds {len(influx) + influx.older} of {expected} expected points"
    return "InfluxDB holds no point that is old enough to compare"


def _left_out(
    influx: Tally, compared: Iterable[Compared], report: dict[str, Any], window: Window
) -> list[str]:
    """What is older than the window, in plain words: a retention is no fault, but it is said."""
    older, expected = report["older"], report["expected"]
    if expected and older:
        return [f"{older} of {expected} points are older than {window.since} and not compared"]
    if influx.older:
        return [f"{influx.older} points are older than {window.since} and not compared"]
    records = [(c.topic, c.tally.older + c.tally.stale) for c in compared]
    return [
        f"{count} records of {topic!r} are older than {window.since} and not compared"
        for topic, count in records
        if count
    ]


def _own(compared: Compared) -> int:
    return compared.tally.own + compared.difference.edited


def _besides(influx: Tally, compared: Iterable[Compared]) -> list[str]:
    """What people wrote themselves is no fault, but it is said."""
    points = influx.own + influx.stale
    found = [f"{points} points in InfluxDB"] if points else []
    found += [f"{_own(c)} records in {c.topic!r}" for c in compared if _own(c)]
    if not found:
        return []
    return [f"not compared, as the lab did not inject them: {', '.join(found)}"]


def _wrongs(topic: str, difference: Difference, total: int) -> list[str]:
    missing, unexpected, differing, duplicates, _ = difference
    wrong = []
    if missing - differing:
        wrong.append(f"topic {topic!r} misses {missing - differing} of InfluxDB's {total} points")
    if differing:
        wrong.append(f"topic {topic!r} has {differing} points with other values than InfluxDB")
    if unexpected - differing > 0:
        wrong.append(
            f"topic {topic!r} has {unexpected - differing} points that are not in InfluxDB"
        )
    if duplicates:
        wrong.append(f"topic {topic!r} has {duplicates} records twice")
    return wrong
