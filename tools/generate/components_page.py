"""docs/reference/components.md: what a lab can have, drawn from services, charts and catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from streaminglab_operator import names
from streaminglab_operator.plan.services import SERVICES
from tools.images.catalog import load

CHARTS = Path(__file__).resolve().parents[2] / "charts"

INTRO = """\
# Components

What a lab can have, from which image, under which licence, at which address. The short name is
that of the oldest lab of a namespace; `<lab>-<component>` works for every lab.

An image that the administrator has replaced is in `status.components`. Where no registry of images
can be reached, the images of `images/` stand in; those without one are named below, and a lab that
asks for them is Ready without them.

| component | in the spec | image | licence of what is in it | short name and port |
| --- | --- | --- | --- | --- |
"""
ENDING = """
## Without a local image

| component | why |
| --- | --- |
"""


@dataclass(frozen=True)
class Row:
    """One component."""

    component: str
    field: str
    chart: str
    address: str


def components_page() -> str:
    """The whole page as Markdown."""
    lines = [_line(row) for row in _rows()]
    missing = [f"| {i.name} | {i.reason} |" for i in load().values() if not i.local]
    return INTRO + "\n".join(lines) + "\n" + ENDING + "\n".join(missing) + "\n"


def _rows() -> Iterator[Row]:
    yield Row("kafka", "kafka", "kafka", f"`kafka:{names.KAFKA_PORT}`")
    influxdb = f"`influxdb:{names.INFLUXDB_PORT}`"
    yield Row("influxdb", "weather, influxdb", "influxdb", influxdb)
    yield Row("telegraf", "weather, telegraf", "telegraf", "")
    yield Row("init, inject, producer, verify", "weather, inject", "lab-job", "")
    for service in SERVICES:
        address = f"`{service.alias}:{service.port}`" if service.port else ""
        yield Row(service.component, _camel(service.field), service.chart, address)


def _camel(field: str) -> str:
    return {"kafka_ui": "kafkaUI", "schema_registry": "schemaRegistry"}.get(field, field)


def _line(row: Row) -> str:
    chart: dict[str, Any] = yaml.safe_load((CHARTS / row.chart / "Chart.yaml").read_text())
    values: dict[str, Any] = yaml.safe_load((CHARTS / row.chart / "values.yaml").read_text())
    image = f"`{values['image']['repository']}:{values['image']['tag']}`"
    licence = chart["annotations"]["streaminglab.dev/image-licence"]
    fields = ", ".join(f"`{part}`" for part in row.field.split(", "))
    return f"| {row.component} | {fields} | {image} | {licence} | {row.address} |"
