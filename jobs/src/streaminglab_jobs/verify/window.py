"""Which times can be compared at all: what both InfluxDB and the topics still keep. Pure."""

from collections.abc import Iterable
from typing import Any

from streaminglab_jobs.points import SECOND
from streaminglab_jobs.verify.tally import Window

LATEST = (1 << 63) - 1
MARGIN = 120 * SECOND
"""Added to a retention: what is about to be deleted is not compared."""
WATERMARK = 2 * SECOND
"""In an endless injection points younger than this may still be on their way into InfluxDB. (Those
on their way to the topics are waited for, so this need not be long.)"""


def find_window(
    now: int, bucket: dict[str, Any] | None, oldest_in_topics: Iterable[int], newest: int
) -> Window:
    """Times to compare (ns). ``newest`` is the newest point of an endless injection, or LATEST."""
    kept = retention_seconds(bucket) * SECOND
    oldest_in_influx = now - kept + MARGIN if kept else 0
    low = max(oldest_in_influx, *oldest_in_topics, 0)
    high = LATEST if newest == LATEST else min(newest, now) - WATERMARK
    return Window(low, high)


def retention_seconds(bucket: dict[str, Any] | None) -> int:
    """Seconds that the bucket keeps points; 0 is for ever (or unknown)."""
    rules = (bucket or {}).get("retentionRules") or []
    return min((int(r.get("everySeconds", 0)) for r in rules), default=0)
