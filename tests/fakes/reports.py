"""Last words of the programs, made by the programs' own code: no test types them by hand."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from streaminglab_base import outcome
from streaminglab_jobs.partitions.layout import Layout, Partition
from streaminglab_jobs.partitions.report import build
from streaminglab_jobs.points import Point
from streaminglab_jobs.verify import report
from streaminglab_jobs.verify.digests import NOTHING, Difference
from streaminglab_jobs.verify.report import Compared, Counts
from streaminglab_jobs.verify.tally import Tally, Window

WINDOW = Window(0, 10**18)


@cache
def tally(points: int) -> Tally:
    """A place where so many points were seen."""
    found = Tally(WINDOW)
    for number in range(points):
        found.add(Point("s", number, 1.0, 2.0, 3.0, 4.0))
    return found


def verify_report(
    points: int,
    counts: Counts,
    topics: Mapping[str, tuple[int, Difference]] | None = None,
    window: Window = WINDOW,
) -> dict[str, Any]:
    """What `verify` found. ``topics``: for producer and telegraf the number of points, and how they
    differ from InfluxDB's; by default all is equal."""
    seen = topics or dict.fromkeys(("producer", "telegraf"), (points, NOTHING))
    compared = {
        name: Compared(name, tally(number), difference)
        for name, (number, difference) in seen.items()
    }
    return report.build(tally(points), compared, counts, window)


def partitions_report(replicas: Sequence[int], in_sync: Sequence[int]) -> dict[str, Any]:
    """What `partitions` tells of one partition of the topic `weather`, led by the first in sync."""
    partition = Partition("weather", 0, in_sync[0], tuple(replicas), tuple(in_sync))
    return build(Layout(frozenset(in_sync), (partition,)), ["weather"], [])


def last_words(said: Mapping[str, Any]) -> str:
    """As it stands in the termination message of a pod."""
    return outcome.encode(dict(said)).decode()
