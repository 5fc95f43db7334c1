"""docs/reference/components.md: what a lab can have, drawn from services, charts and catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from streaminglab_operator.services import CORE, OPTIONAL, PROGRAMS, Service
from streaminglab_operator.services.jobs import CHART
from tools.images.catalog import load

CHARTS = Path(__file__).resolve().parents[2] / "charts"

INTRO = """\
# Components

What a lab can have, from which image, under which licence, at which address. The short name is
that of the oldest lab of a namespace; `<lab>-<component>` works for every lab.

An image that the administrator has replaced is in `status.components`. Where no registry of images
can be reached, the images of `images/` stand in; those without one are named below, and a lab that
asks for them is Ready without them only where the administrator does not offer them. Those that
begin with `streaminglab/` are this project's own and in no public registry:
[how to have them](../admin.md#a-registry-of-your-own).

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
    when: str = ""
    """The field that asks for another image, which the chart's values have below that name."""


def components_page() -> str:
    """The whole page as Markdown."""
    lines = [_line(row) for row in _rows()]
    missing = [f"| {i.name} | {i.reason} |" for i in load().values() if not i.local]
    return INTRO + "\n".join(lines) + "\n" + ENDING + "\n".join(missing) + "\n"


def _rows() -> Iterator[Row]:
    yield from (_row(service) for service in CORE if service.chart != CHART)
    # The programs of one image in one row, the producer among them where its data passes.
    ran = [program.name for program in PROGRAMS[:-1]]
    ran += [service.component for service in CORE if service.chart == CHART]
    ran.append(PROGRAMS[-1].name)
    yield Row(", ".join(ran), "weather, inject", CHART, "")
    yield from (_row(service) for service in OPTIONAL)


def _row(service: Service[Any]) -> Row:
    field = f"weather, {service.part.key}" if service.weather else service.part.key
    address = f"`{service.alias}:{service.port}`" if service.alias else ""
    when = service.variant.when if service.variant else ""
    return Row(service.component, field, service.chart, address, when)


def _line(row: Row) -> str:
    chart: dict[str, Any] = yaml.safe_load((CHARTS / row.chart / "Chart.yaml").read_text())
    values: dict[str, Any] = yaml.safe_load((CHARTS / row.chart / "values.yaml").read_text())
    image = _image(values["image"])
    if row.when:
        image += f"; with `{row.when}: true` {_image(values[row.when]['image'])}"
    licence = chart["annotations"]["streaminglab.dev/image-licence"]
    fields = ", ".join(f"`{part}`" for part in row.field.split(", "))
    return f"| {row.component} | {fields} | {image} | {licence} | {row.address} |"


def _image(named: Mapping[str, str]) -> str:
    source = f"{named['registry']}/" if named.get("registry") else ""
    return f"`{source}{named['repository']}:{named['tag']}`"
