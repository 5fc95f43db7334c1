"""The verdict in numbers and in words."""

from typing import Any, NamedTuple

from streaminglab_jobs.verify.tally import NOTHING, Difference, Tally


class Compared(NamedTuple):
    """One topic against InfluxDB."""

    topic: str
    tally: Tally
    difference: Difference


def build(
    influx: Tally, compared: dict[str, Compared], alerts: int, expected: int, replayed: int
) -> dict[str, Any]:
    """Make the report: counts, ``equal``, and a message for people.

    ``equal`` is True when every topic holds InfluxDB's points, each once, and none besides.
    """
    complete = enough(influx, expected)
    equal = complete and all(
        c.difference._replace(duplicates=0) == NOTHING for c in compared.values()
    )
    twice = any(c.difference.duplicates for c in compared.values())
    report: dict[str, Any] = {"influxdb": len(influx)}
    report.update({name: len(c.tally) for name, c in compared.items()})
    report.update(alerts=alerts, expected=expected)
    for key in ("missing", "unexpected", "duplicates"):
        report[key] = {name: getattr(c.difference, key) for name, c in compared.items()}
    report["outOfOrder"] = {name: c.tally.out_of_order for name, c in compared.items()}
    report.update(replayed=replayed, equal=equal)
    report["message"] = _message(influx, list(compared.values()), expected, complete)
    report["verified"] = equal and not twice
    return report


def enough(influx: Tally, expected: int) -> bool:
    """Whether InfluxDB holds what was to be injected; for an endless injection, anything."""
    return len(influx) > 0 and len(influx) + influx.outside >= expected


def _message(influx: Tally, compared: list[Compared], expected: int, complete: bool) -> str:
    wrong = [] if complete else [_short(influx, expected)]
    for topic, _, difference in compared:
        wrong += _wrongs(topic, difference, len(influx))
    if wrong:
        return "; ".join(wrong)
    names = " and ".join(repr(c.topic) for c in compared)
    return f"InfluxDB and {names} hold the same {len(influx)} points, each once"


def _short(influx: Tally, expected: int) -> str:
    if expected:
        return f"InfluxDB holds {len(influx) + influx.outside} of {expected} expected points"
    return "InfluxDB holds no point that is old enough to compare"


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
