"""Points in InfluxDB. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Kind, whole, words

MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class PointsCheck:
    """Empty: the lab's own bucket; every measurement."""

    bucket: str = ""
    measurement: str = ""
    count: int = 1

    def flux(self, bucket: str) -> str:
        """The query for their number, one row a field: a point has each of its fields once."""
        where = quoted(self.measurement)
        only = f" |> filter(fn: (r) => r._measurement == {where})" if self.measurement else ""
        return (
            f"from(bucket: {quoted(self.bucket or bucket)}) |> range(start: 0){only}"
            ' |> group(columns: ["_measurement", "_field"]) |> count()'
            ' |> keep(columns: ["_field", "_value"])'
        )


def quoted(words: str) -> str:
    """A string of Flux, in which `${` would begin an expression (Flux specification, strings)."""
    return json.dumps(words, ensure_ascii=False).replace("${", "\\${")


def seen(asks: PointsCheck, facts: Facts) -> bool:
    """Whether there are enough."""
    return facts.points.get(asks, 0) >= asks.count


POINTS = Kind(
    name="points",
    says="Points are in InfluxDB.",
    source=Origin.POINTS,
    fields=(
        words(
            "bucket",
            "the bucket, which the lab's token for reading must be allowed to read; "
            "the lab's own if it is left out",
        ),
        words("measurement", "the measurement; every one if it is left out"),
        whole("count", "there are at least so many; 1 if it is left out", 1, MOST),
    ),
    record=PointsCheck,
    seen=seen,
)
