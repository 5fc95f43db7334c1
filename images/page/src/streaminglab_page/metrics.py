"""What Kafka tells of itself, from InfluxDB's bucket of metrics: one short table for each plot.

Counts are plotted as they stand, since a broker's start: what to make of a curve that only rises is
an exercise of the course that measures.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from streaminglab_page.answered import answered
from streaminglab_page.flux import Influx
from streaminglab_page.polled import CannotSay

MINUTES = 15
WINDOW = 15
"""Seconds between two points of a line: sixty in all, which a plot can show and an answer hold."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot. ``by``: the columns that make a line; ``more``: another condition, in Flux."""

    name: str
    measurement: str
    fields: tuple[str, ...]
    by: tuple[str, ...]
    more: str = ""

    def flux(self, bucket: str) -> str:
        """The newest value of each window; of a line's several series their sum."""
        fields = " or ".join(f'r._field == "{field}"' for field in self.fields)
        columns = ", ".join(f'"{column}"' for column in self.by)
        return (
            f'from(bucket: "{bucket}")\n  |> range(start: -{MINUTES}m)\n'
            f'  |> filter(fn: (r) => r._measurement == "{self.measurement}" and ({fields}))\n'
            f"{self.more}"
            f"  |> aggregateWindow(every: {WINDOW}s, fn: last, createEmpty: false)\n"
            f'  |> group(columns: [{columns}, "_time"])\n  |> sum()\n'
            f'  |> group(columns: [{columns}])\n  |> sort(columns: ["_time"])\n'
        )


_REQUESTS = '  |> filter(fn: (r) => r.request == "produce" or r.request == "fetch_consumer")\n'
PLOTS = (
    Plot("under", "kafka_replication", ("under_replicated_partitions",), ("broker",)),
    Plot("leaders", "kafka_replication", ("leaders",), ("broker",)),
    Plot("isr", "kafka_replication", ("isr_shrinks", "isr_expands"), ("_field", "broker")),
    Plot("elections", "kafka_leader", ("elections",), ("topic",)),
    Plot("messages", "kafka_network", ("messages_in",), ("broker",)),
    Plot("requests", "kafka_request", ("count",), ("request", "broker"), _REQUESTS),
    Plot("lag", "kafka_lag", ("lag",), ("group", "topic")),
)


class Metrics:
    """Those of the lab's Kafka. ``bucket``: where they are."""

    def __init__(self, influx: Influx, bucket: str) -> None:
        self._influx, self._bucket = influx, bucket

    async def read(self) -> dict[str, Any]:
        """A table for each plot, or why there is none. Raises CannotSay where there is no table."""
        unread = dict[str, str]()
        found = await asyncio.gather(*(self._answer(plot, unread) for plot in PLOTS))
        if len(unread) == len(PLOTS):
            raise CannotSay(unread[PLOTS[0].name])
        tables = zip(PLOTS, found, strict=True)
        plots = [
            {"name": plot.name, "unread": unread.get(plot.name, ""), **_table(answer)}
            for plot, answer in tables
        ]
        return {"minutes": MINUTES, "bucket": self._bucket, "plots": plots}

    async def _answer(self, plot: Plot, unread: dict[str, str]) -> dict[str, Any]:
        asked = self._influx.query(plot.flux(self._bucket))
        return await answered(asked, {"columns": {}, "rows": []}, unread, plot.name, CannotSay)


def _table(answer: dict[str, Any]) -> dict[str, Any]:
    return {"columns": answer["columns"], "rows": answer["rows"]}
