"""InfluxDB's alerts: the checks, what they found, and what was sent because of it.

A check writes a status for each series that it looks at, each time it runs, into the bucket
`_monitoring` (measurement `statuses`); what a rule sent is there too (`notifications`):
https://docs.influxdata.com/influxdb/v2/monitor-alert/. All of it is asked for in one go, within
bounds: some hours, and the newest of each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from streaminglab_page.answered import answered
from streaminglab_page.bounded import LONG, mapping, objects, text
from streaminglab_page.flux import Influx
from streaminglab_page.polled import CannotSay

CHECKS = 50
NEWEST = 50
QUESTIONS = 4
HOURS = 6
LEVELS = ("ok", "info", "warn", "crit")
"""The worst one last; a level that is none of these is worse than all."""

_SINCE = f'from(bucket: "_monitoring")\n  |> range(start: -{HOURS}h)\n'
_NEWEST = f'  |> group()\n  |> sort(columns: ["_time"], desc: true)\n  |> limit(n: {NEWEST})\n'
LAST = f"""{_SINCE}  |> filter(fn: (r) => r._measurement == "statuses" and r._field == "_message")
  |> keep(columns: ["_time", "_check_id", "_check_name", "_level"])
  |> group(columns: ["_check_id", "_check_name", "_level"])
  |> sort(columns: ["_time"])
  |> last(column: "_time")
  |> group()
  |> limit(n: {CHECKS * (len(LEVELS) + 1)})
"""
CHANGES = f"""import "influxdata/influxdb/monitor"
monitor.from(start: -{HOURS}h)
  |> monitor.stateChangesOnly()
  |> keep(columns: ["_time", "_check_name", "_level", "_message"])
{_NEWEST}"""
_TO = "_notification_endpoint_name"
SENT = f"""{_SINCE}  |> filter(fn: (r) => r._measurement == "notifications")
  |> filter(fn: (r) => r._field == "_message")
  |> rename(columns: {{_value: "_message"}})
  |> keep(columns: ["_time", "_check_name", "_level", "_message", "_sent", "{_TO}"])
{_NEWEST}"""
Row = Mapping[str, str]


class Alerts:
    """Those of the lab's InfluxDB."""

    def __init__(self, influx: Influx) -> None:
        self._influx = influx

    async def read(self) -> dict[str, Any]:
        """Checks, changes of level, and what was sent; ``unread``: which of them are not told, and
        why. Raises CannotSay where it is all of them."""
        unread, nothing = dict[str, str](), list[Row]()
        listed, last, changes, sent = await asyncio.gather(
            answered(self._influx.get("checks", limit=CHECKS), {}, unread, "checks", CannotSay),
            answered(self._rows(LAST), nothing, unread, "levels", CannotSay),
            answered(self._rows(CHANGES), nothing, unread, "changes", CannotSay),
            answered(self._rows(SENT), nothing, unread, "sent", CannotSay),
        )
        if len(unread) == QUESTIONS:
            raise CannotSay(unread["checks"])
        return {
            "hours": HOURS,
            "unread": unread,
            "checks": checks(objects(mapping(listed).get("checks"), CHECKS), last),
            "changes": [_change(row) for row in changes],
            "sent": [
                {
                    **_change(row),
                    "to": row.get(_TO, ""),
                    "sent": row.get("_sent") == "true",
                }
                for row in sent
            ],
        }

    async def _rows(self, flux: str) -> list[Row]:
        found: list[Row] = (await self._influx.query(flux))["rows"]
        return found


def checks(listed: Iterable[Mapping[str, Any]], last: Iterable[Row]) -> list[dict[str, Any]]:
    """Each check with the level that it found when it ran last.

    ``last``: for each check and level, when it was found last. Of the levels that were found in one
    run, for one series each, the worst is the check's.
    """
    known = {text(one.get("id")): _check(one) for one in listed}
    for row in sorted(
        last, key=lambda row: (row.get("_time", ""), _badness(row.get("_level", "")))
    ):
        fresh = {"name": row.get("_check_name", ""), "active": True, "every": "", "trouble": ""}
        one = known.setdefault(row.get("_check_id", ""), {**fresh, "level": "", "at": ""})
        one |= {"level": row.get("_level", ""), "at": row.get("_time", "")}
    return sorted(known.values(), key=lambda one: str(one["name"]))[:CHECKS]


def _check(raw: Mapping[str, Any]) -> dict[str, Any]:
    failed = text(raw.get("lastRunStatus")) == "failed"
    return {
        "name": text(raw.get("name")),
        "active": raw.get("status") != "inactive",
        "every": text(raw.get("every")),
        "trouble": text(raw.get("lastRunError"), LONG) if failed else "",
        "level": "",
        "at": "",
    }


def _badness(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _change(row: Row) -> dict[str, Any]:
    return {
        "at": row.get("_time", ""),
        "check": row.get("_check_name", ""),
        "level": row.get("_level", ""),
        "message": row.get("_message", ""),
    }
