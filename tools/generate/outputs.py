"""The list of generated files, each with the text it must have."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from streaminglab_operator.api import KINDS, LAB
from streaminglab_operator.api.crd import crd
from streaminglab_operator.schema.kinds import Kind
from streaminglab_operator.services import TABLE
from streaminglab_operator.services.images import own, unnamed
from tools.generate.architecture_page import architecture_page
from tools.generate.cli_words import PATH as CURES
from tools.generate.cli_words import reasons_text
from tools.generate.clients_table import access_page
from tools.generate.commands_table import developer_page
from tools.generate.components_page import components_page
from tools.generate.conditions_page import conditions_page
from tools.generate.courses_sizes import courses_pages
from tools.generate.exercises_table import exercises_page
from tools.generate.goals_table import benchmarks_page
from tools.generate.page_words import PATH as DECLARED
from tools.generate.page_words import declared_text
from tools.generate.reference_page import reference_page
from tools.generate.runners_page import runners_page
from tools.generate.sizes_table import teacher_page
from tools.generate.slab_table import slab_page
from tools.generate.solutions import solutions
from tools.generate.tile_chart import CHART as TILE
from tools.generate.tile_chart import (
    every_service_text,
    pages_text,
    rules_text,
    schema_text,
    values_text,
)
from tools.generate.tile_links import links_page

ROOT = Path(__file__).resolve().parents[2]
# Helm cannot read a file outside a chart, so the operator's chart holds a copy.
CRD_COPIES = Path("charts/streaminglab-operator/files")
OWN_IMAGES = CRD_COPIES / "own-images.json"
ARCHITECTURE = Path("docs/architecture.md")
TEACHER = Path("docs/teacher.md")
BENCHMARKS = Path("docs/benchmarks.md")
ACCESS = Path("docs/access.md")
DEVELOPER = Path("docs/developer.md")
SLAB = Path("docs/slab.md")
EXERCISES = Path("docs/exercises.md")
NOTICE = "Made by `make generate` from operator/src/streaminglab_operator/api. Do not edit."
NOTICE_OF_RUNNERS = "Made by `make generate` from docs/ and tests/. Do not edit."
NOTICE_OF_LINKS = "Made by `make generate` from examples/. Do not edit."


@cache
def outputs() -> Mapping[Path, str]:
    """Path, relative to the repository's root, and text of every generated file."""
    return {
        **{path: text for kind in KINDS for path, text in _of_kind(kind)},
        **solutions(),
        **courses_pages(),
        TILE / "values.schema.json": schema_text(),
        TILE / "values.yaml": values_text(NOTICE),
        TILE / "files" / "pages.json": pages_text(),
        TILE / "files" / "rules.json": rules_text(),
        TILE / "ci" / "every-service-values.yaml": every_service_text(NOTICE),
        OWN_IMAGES: json.dumps({"all": own(TABLE), "unnamed": unnamed(TABLE)}, indent=2) + "\n",
        ACCESS: access_page((ROOT / ACCESS).read_text(encoding="utf-8")),
        ARCHITECTURE: architecture_page((ROOT / ARCHITECTURE).read_text(encoding="utf-8")),
        EXERCISES: exercises_page((ROOT / EXERCISES).read_text(encoding="utf-8")),
        SLAB: slab_page((ROOT / SLAB).read_text(encoding="utf-8")),
        CURES: reasons_text(),
        DECLARED: declared_text(),
        BENCHMARKS: benchmarks_page((ROOT / BENCHMARKS).read_text(encoding="utf-8"), ROOT),
        DEVELOPER: developer_page((ROOT / DEVELOPER).read_text(encoding="utf-8")),
        TEACHER: teacher_page((ROOT / TEACHER).read_text(encoding="utf-8")),
        Path("docs/reference/launch-links.md"): f"<!-- {NOTICE_OF_LINKS} -->\n" + links_page(),
        Path("docs/reference/administrators-commands.md"): (
            f"<!-- {NOTICE_OF_RUNNERS} -->\n" + runners_page()
        ),
        Path("docs/reference/components.md"): f"<!-- {NOTICE} -->\n" + components_page(),
        Path("docs/reference/conditions.md"): f"<!-- {NOTICE} -->\n" + conditions_page(),
    }


def crd_path(kind: Kind[Any, Any]) -> Path:
    """Where the CRD of a kind is kept."""
    return Path("crds") / f"{kind.crd_name}.yaml"


CRD_PATH = crd_path(LAB)


def _of_kind(kind: Kind[Any, Any]) -> Iterator[tuple[Path, str]]:
    text = f"# {NOTICE}\n" + crd_yaml(kind)
    yield crd_path(kind), text
    yield CRD_COPIES / crd_path(kind), text
    page = Path("docs/reference") / f"{kind.singular}.md"
    yield page, f"<!-- {NOTICE} -->\n" + reference_page(kind)


def crd_yaml(kind: Kind[Any, Any]) -> str:
    """The CRD as YAML, in the order in which people read it."""
    return yaml.safe_dump(crd(kind), sort_keys=False, width=100, allow_unicode=True)
