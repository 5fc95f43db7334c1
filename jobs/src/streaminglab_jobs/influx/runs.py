"""The marker points of injections: when each run started, and which points it has.

``streaminglab_run,run=<digest> start=<ns>i,seed=..i,points=..i,stations=..i,rate=.. <ns>``. They
are in the same bucket as the weather. A long run writes its marker again from time to time, so that
it does not expire before the points.
"""

from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.weather import Run

MEASUREMENT = "streaminglab_run"


def last_start(query: InfluxQuery, run: str = "") -> int | None:
    """The newest start (ns) of that run, or of any; None when InfluxDB knows none (any more).

    A run's name has letters, digits, dots and dashes only (config.py): nothing to escape.
    """
    which = f" WHERE \"run\" = '{run}'" if run else ""
    statement = f'SELECT last("start") FROM "{MEASUREMENT}"{which}'  # noqa: S608
    for series in query.series(statement):
        return int(series["values"][0][1])
    return None


def known(query: InfluxQuery, stations: int, rate: float) -> list[Run]:
    """Every run that InfluxDB knows of, oldest first.

    ``stations``, ``rate``: of a marker that does not say them, as those of version 0.1 do not.
    """
    fields = '"start", "points", "stations", "rate"'
    statement = f'SELECT {fields} FROM "{MEASUREMENT}" GROUP BY "run"'  # noqa: S608
    found = {
        Run(int(row[1]), int(row[3] or stations), float(row[4] or rate), int(row[2]))
        for series in query.series(statement)
        for row in series["values"]
        if row[1] is not None and row[2] is not None
    }
    return sorted(found)
