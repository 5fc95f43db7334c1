"""The queries of Grafana's dashboards, in one place, so that tests can run them without Grafana.

>>> for query in queries():
...     rows = ask(influxdb, runnable(query.text, bucket="weather"))
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILES = Path(__file__).resolve().parents[1] / "charts" / "grafana" / "files"
MACROS = {"timeRangeStart", "timeRangeStop", "windowPeriod", "bucket", "defaultBucket",
          "organization"}  # fmt: skip
"""What Grafana puts into a Flux query in place of ``v.<name>``."""


@dataclass(frozen=True)
class Query:
    """One Flux query, and the panel that shows its answer."""

    dashboard: str
    panel: str
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.dashboard}-{self.panel}"


def dashboards() -> dict[str, Any]:
    """File name -> dashboard, all that the chart provides."""
    return {file.name: json.loads(file.read_text()) for file in sorted(FILES.glob("*.json"))}


def queries() -> list[Query]:
    """Every query of every panel of every dashboard."""
    return [
        Query(dashboard["title"], panel["title"], panel["type"], target["query"])
        for dashboard in dashboards().values()
        for panel in dashboard["panels"]
        for target in panel["targets"]
    ]


def macros(text: str) -> set[str]:
    """Which of Grafana's variables a query uses."""
    return set(re.findall(r"\bv\.(\w+)", text))


def runnable(text: str, *, bucket: str, start: str = "-1h", window: str = "10s") -> str:
    """The query as InfluxDB itself takes it: Grafana's variables as a Flux record.

    ``start`` and ``window`` are Flux durations; the time range ends now.
    """
    record = (
        f"option v = {{timeRangeStart: {start}, timeRangeStop: now(), "
        f"windowPeriod: {window}, defaultBucket: {json.dumps(bucket)}}}"
    )
    return f"{record}\n\n{text}"
