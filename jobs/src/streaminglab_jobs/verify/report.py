"""The verdict in numbers and in words."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from streaminglab_jobs.verify.tally import NOTHING, Difference, Tally, Window


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

    ``equal`` is True when every topic holds InfluxDB's points, each once, and none besides.
    """
    complete = enough(influx, counts.expected, window)
    equal = complete and all(
        c.difference._replace(duplicates=0) == NOTHING for c in compared.values()
    )
    twice = any(c.difference.duplicates for c in compared.values())
    report: dict[str, Any] = {"influxdb": len(influx)}
    report.update({name: len(c.tally) for name, c in compared.items()})
    report.update(alerts=counts.alerts, expected=counts.expected)
    report["older"] = max(counts.expected - len(influx), 0) if complete else influx.older
    for key in ("missing", "unexpected", "duplicates"):
        report[key] = {name: getattr(c.difference, key) for name, c in compared.items()}
    report["outOfOrder"] = {name: c.tally.out_of_order for name, c in compared.items()}
    report.update(replayed=counts.replayed, equal=equal)
    wrong = [] if complete else [_short(influx, counts.expected)]
    for topic, _, difference in compared.values():
        wrong += _wrongs(topic, difference, len(influx))
    said = wrong or [_same(influx, list(compared.values()))]
    report["message"] = "; ".join([*said, *_left_out(influx, compared.values(), report, window)])
    report["verified"] = equal and not twice
    return report


def enough(influx: Tally, expected: int, window: Window) -> bool:
    """Whether InfluxDB holds what was to be injected; for an endless injection, anything.

    What its retention has deleted it need not hold.
    """
    if not expected:
        return len(influx) > 0
    return window.expired or len(influx) + influx.older >= expected


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
    found = [(c.topic, c.tally.older) for c in compared if c.tally.older]
    return [
        f"{count} records of {topic!r} are older than {window.since} and not compared"
        for topic, count in found
    ]


def _wrongs(topic: str, difference: Difference, total: int) -> list[str]:
    missing, unexpected, differing, duplicates = difference
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
