"""The marker points of injections: when each run started.

``streaminglab_run,run=<digest> start=<ns>i <ns>``. They are in the same bucket as the weather, and
expire with it.
"""

from streaminglab_jobs.influx.query import InfluxQuery

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
