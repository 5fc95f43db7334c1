"""The chart of a whole lab that others install: the operator's own, with the names written out."""

import asyncio
import re
from pathlib import Path

import yaml

from bench.umbrella import Rendered, make, recorded, recorder, renamed, values

KAFKA = Rendered("kafka", "meteo-kafka", {"at": "meteo-kafka.slab0namespace.svc"})
INIT = Rendered("lab-job", "meteo-init-bench", {"component": "init"})


def test_names_of_releases_charts_and_helpers_become_those_of_the_part() -> None:
    text = (
        '{{ define "chart.component" }}{{ .Release.Name }}-{{ $.root.Release.Name | quote }}'
        '{{ .Chart.Name }}{{ include "common.image" . }}{{ "common.images" }}'
    )
    assert renamed(text, {"chart.component", "common.image"}, KAFKA) == (
        '{{ define "kafka.chart.component" }}{{ "meteo-kafka" }}-{{ "meteo-kafka" | quote }}'
        '{{ "kafka" }}{{ include "kafka.common.image" . }}{{ "common.images" }}'
    )


def test_two_parts_of_one_chart_stand_side_by_side(tmp_path: Path) -> None:
    make(tmp_path / "chart", [KAFKA, INIT])
    parts = {p.name for p in (tmp_path / "chart" / "charts").iterdir()}
    assert parts == {"kafka", "init"}
    about = yaml.safe_load((tmp_path / "chart/charts/init/Chart.yaml").read_text())
    assert about["name"] == "init"
    every = [p for p in tmp_path.rglob("*.yaml") if p.parent.name == "templates"]
    assert every
    assert not any(re.search(r"Release\.Name\b", p.read_text()) for p in every)


def test_each_namespace_has_values_of_its_own() -> None:
    assert values([KAFKA, INIT], "lab-0001") == {
        "kafka": {"at": "meteo-kafka.lab-0001.svc"},
        "init": {"component": "init"},
    }


async def test_what_helm_is_asked_is_written_down_and_asked_of_helm(tmp_path: Path) -> None:
    echo = tmp_path / "echo"
    echo.write_text('#!/bin/sh\necho "$@"; cat\n')
    echo.chmod(0o755)
    program = recorder(echo, tmp_path / "asked")
    process = await asyncio.create_subprocess_exec(
        program, "template", "slab0lab-init-slab0dgt", "/charts/lab-job", "--values", "-",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate(b'{"lab": "slab0lab"}')
    assert said.decode().splitlines() == [
        "template slab0lab-init-slab0dgt /charts/lab-job --values -",
        '{"lab": "slab0lab"}',
    ]
    assert recorded(tmp_path / "asked") == [
        Rendered("lab-job", "meteo-init-bench", {"lab": "meteo"})
    ]
    assert recorded(tmp_path / "asked")[0].part == "init"
