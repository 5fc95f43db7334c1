"""The list of generated files, each with the text it must have."""

from __future__ import annotations

from pathlib import Path

import yaml

from streaminglab_operator.api.crd import crd
from tools.generate.architecture_page import architecture_page
from tools.generate.components_page import components_page
from tools.generate.conditions_page import conditions_page
from tools.generate.goals_table import benchmarks_page
from tools.generate.reference_page import reference_page
from tools.generate.sizes_table import teacher_page
from tools.generate.tile_chart import CHART as TILE
from tools.generate.tile_chart import schema_text, values_text

ROOT = Path(__file__).resolve().parents[2]
CRD_PATH = Path("crds/streaminglabs.streaminglab.dev.yaml")
# Helm cannot read a file outside a chart, so the operator's chart holds a copy.
CRD_COPY = Path("charts/streaminglab-operator/files") / CRD_PATH
ARCHITECTURE = Path("docs/architecture.md")
TEACHER = Path("docs/teacher.md")
BENCHMARKS = Path("docs/benchmarks.md")
NOTICE = "Made by `make generate` from operator/src/streaminglab_operator/api. Do not edit."


def outputs() -> dict[Path, str]:
    """Path, relative to the repository's root, and text of every generated file."""
    crd_text = f"# {NOTICE}\n" + crd_yaml()
    return {
        CRD_PATH: crd_text,
        CRD_COPY: crd_text,
        TILE / "values.schema.json": schema_text(),
        TILE / "values.yaml": values_text(NOTICE),
        ARCHITECTURE: architecture_page((ROOT / ARCHITECTURE).read_text(encoding="utf-8")),
        BENCHMARKS: benchmarks_page((ROOT / BENCHMARKS).read_text(encoding="utf-8")),
        TEACHER: teacher_page((ROOT / TEACHER).read_text(encoding="utf-8")),
        Path("docs/reference/streaminglab.md"): f"<!-- {NOTICE} -->\n" + reference_page(),
        Path("docs/reference/components.md"): f"<!-- {NOTICE} -->\n" + components_page(),
        Path("docs/reference/conditions.md"): f"<!-- {NOTICE} -->\n" + conditions_page(),
    }


def crd_yaml() -> str:
    """The CRD as YAML, in the order in which people read it."""
    return yaml.safe_dump(crd(), sort_keys=False, width=100, allow_unicode=True)
