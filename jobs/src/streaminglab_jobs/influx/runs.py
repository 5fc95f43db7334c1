"""The marker points of injections: when each run started, and which points it has.

``streaminglab_run,run=<digest> start=<ns>i,seed=..i,points=..i,stations=..i,rate=..,names=.i <ns>``

They are in the same bucket as the weather. A long run writes its marker again from time to time, so
that it does not expire before the points.
"""

from typing import NamedTuple

from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.stations import NUMBERED
from streaminglab_jobs.weather import Run

MEASUREMENT = "streaminglab_run"


class Begun(NamedTuple):
    """When a run started (ns), and how its stations are called."""

    start: int
    names: int


def last_begun(query: InfluxQuery, run: str) -> Begun | None:
    """The newest start of that run; None when InfluxDB knows none (any more).

    A run's name has letters, digits, dots and dashes only (config.py): nothing to escape.
    """
    statement = (
        f'SELECT last("start"), "names" FROM "{MEASUREMENT}" '  # noqa: S608
        f"WHERE \"run\" = '{run}'"
    )
    for series in query.series(statement):
        _, start, names = series["values"][0]
        return Begun(int(start), int(names or NUMBERED))
    return None


def known(query: InfluxQuery, stations: int, rate: float) -> list[Run]:
    """Every run that InfluxDB knows of, oldest first.

    ``stations``, ``rate``: of a marker that does not say them, as those of version 0.1 do not.
    """
    fields = '"start", "points", "stations", "rate", "names"'
    statement = f'SELECT {fields} FROM "{MEASUREMENT}" GROUP BY "run"'  # noqa: S608
    found = {
        Run(
            int(row[1]),
            int(row[3] or stations),
            float(row[4] or rate),
            int(row[2]),
            int(row[5] or NUMBERED),
        )
        for series in query.series(statement)
        for row in series["values"]
        if row[1] is not None and row[2] is not None
    }
    return sorted(found)
