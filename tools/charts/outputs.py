"""The list of files that are made for the charts, each with the text it must have."""

from __future__ import annotations

from pathlib import Path

from tools.charts.schema import OWN, schema_text
from tools.charts.values_table import documented_charts, values_table, with_table

ROOT = Path(__file__).resolve().parents[2]
CHARTS = ROOT / "charts"
SCHEMA = "values.schema.json"


def schemas() -> dict[Path, str]:
    """Path and text of every values.schema.json that is made of a values.schema.yaml."""
    owners = sorted(path.parent for path in CHARTS.glob(f"*/{OWN}"))
    return {chart / SCHEMA: schema_text(chart) for chart in owners}


def readmes() -> dict[Path, str]:
    """Path and text of every README with a table of values, from the schemas as they stand."""
    files = (chart / "README.md" for chart in documented_charts(CHARTS))
    return {
        file: with_table(file.read_text(encoding="utf-8"), values_table(file.parent))
        for file in files
    }
