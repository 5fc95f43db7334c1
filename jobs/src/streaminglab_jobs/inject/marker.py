"""The marker point: when a run started, kept in InfluxDB so that a restart finds it.

It is in the same bucket as the weather, so the replication carries it to Telegraf too, where only
the weather's measurement passes on.
"""

import logging

from streaminglab_jobs.config import InjectConfig
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.influx.runs import MEASUREMENT, Begun, last_begun
from streaminglab_jobs.influx.write import InfluxWriter
from streaminglab_jobs.points import SECOND, escape_tag
from streaminglab_jobs.stations import TOWNS

TOO_FAR_BEHIND = 600 * SECOND
RENEW_AFTER = 600 * SECOND
"""A run that lasts longer writes its marker again: InfluxDB keeps points for an hour at least."""
log = logging.getLogger(__name__)


def find_or_write(
    query: InfluxQuery, writer: InfluxWriter, settings: InjectConfig, now: int
) -> Begun:
    """Return the run's start (ns) and names. The first time it is ``now``; later it is what the
    marker says.

    An endless run that was away for long starts its clock anew: writing days of points at once
    would help nobody. Its stations keep their names.
    """
    found = last_begun(query, settings.run)
    if found is not None and (
        settings.points or not _far_behind(query, settings, found.start, now)
    ):
        return found
    # Whole milliseconds: Kafka's own timestamps have no more, and they are easier to read.
    start = now - now % 1_000_000
    begun = Begun(start, found.names if found else TOWNS)
    write(writer, settings, begun, start)
    log.info(f"run {settings.run} starts now with {settings.stations} stations")
    return begun


def write(writer: InfluxWriter, settings: InjectConfig, begun: Begun, time: int) -> None:
    """Write the marker as a point of that ``time`` (ns): once more, and it expires that later."""
    writer.write_lines(
        f"{MEASUREMENT},run={escape_tag(settings.run)} "
        f"start={begun.start}i,seed={settings.seed}i,points={settings.points}i,"
        f"stations={settings.stations}i,rate={float(settings.rate)!r},"
        f"names={begun.names}i {time}"
    )


def _far_behind(query: InfluxQuery, settings: InjectConfig, start: int, now: int) -> bool:
    last = query.last_times(settings.measurement, start - 1)
    return now - max(last.values(), default=start) > TOO_FAR_BEHIND
