"""What others install beside the operator (`bench beside`) is what its charts make, one by one."""

import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

from bench.umbrella import Rendered, make, values
from tools.artifacts import get
from tools.shell.paths import ROOT

PARTS = [
    Rendered("kafka", "meteo-kafka", {}),
    Rendered("influxdb", "meteo-influxdb", {}),
    Rendered("telegraf", "meteo-telegraf", {}),
    Rendered("lab-job", "meteo-producer", {"component": "producer", "kind": "Deployment"}),
    Rendered("lab-job", "meteo-init-bench", {"component": "init", "kind": "Job"}),
]


def rendered(release: str, chart: Path, given: object) -> list[dict[str, Any]]:
    said = subprocess.run(
        [get("helm") / "bin" / "helm", "template", release, chart, "-n", "ns", "--values", "-"],
        input=json.dumps(given), text=True, capture_output=True, check=True,
    )  # fmt: skip
    return [document for document in yaml.safe_load_all(said.stdout) if document]


def by_name(documents: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(d["kind"], d["metadata"]["name"]): d for d in documents}


def test_the_umbrella_makes_the_very_objects_that_its_charts_make(tmp_path: Path) -> None:
    make(tmp_path / "lab", PARTS)
    alone = [d for p in PARTS for d in rendered(p.release, ROOT / "charts" / p.chart, p.values)]
    together = rendered("meteo", tmp_path / "lab", values(PARTS, "ns"))
    assert len(together) == len(alone) > len(PARTS)
    assert by_name(together) == by_name(alone)
