"""The sizes of the courses' labs on the teacher's pages are those of the examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from streaminglab_operator.api import LAB, effective, parse_spec
from streaminglab_operator.plan.lab import wanted
from tools.generate.sizes_table import Sum, total
from tools.generate.tile_links import COURSES
from tools.shell.paths import ROOT

PAGES = ("docs/courses/teacher.md", "docs/courses/teacher.fr.md")
FOREIGN = {"kafka-ui", "mongodb", "grafana"}
"""Parts that stand in brackets: their images are not everywhere."""


def rows(page: str) -> Iterator[tuple[str, list[str]]]:
    """By course, the cells from the pods to the volumes."""
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        if found := re.match(r"\| `(\d{3})` \| (\d.*) \|$", line):
            yield found[1], [cell.strip() for cell in found[2].split("|")][:5]


def spec_of(course: str) -> dict[str, Any]:
    text = (ROOT / "examples" / f"{COURSES[course][1]}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = next(
        d["spec"] for d in yaml.safe_load_all(text) if d["kind"] == LAB.kind
    )
    return found


def cells(own: Sum, more: Sum) -> list[str]:
    def both(one: str, other: str, much: bool) -> str:
        return f"{one} (+{other})" if much else one

    return [
        both(str(own.pods), str(more.pods), more.pods > 0),
        both(f"{own.memory}Mi", f"{more.memory}Mi", more.pods > 0),
        both(f"{own.cpu}m", f"{more.cpu}m", more.pods > 0),
        both(f"{own.cpu_limit / 1000:g}", f"{more.cpu_limit / 1000:g}", more.pods > 0),
        both(str(len(own.volumes)), str(len(more.volumes)), bool(more.volumes)),
    ]


@pytest.mark.parametrize("page", PAGES)
def test_each_courses_lab_is_as_large_as_the_page_says(page: str) -> None:
    found = dict(rows(page))
    assert {"000", "001", "002", "003"} <= found.keys()
    for course, said in found.items():
        spec = spec_of(course)
        there = wanted(effective(parse_spec(spec)))
        profile = spec.get("profile", "standard")
        own, more = (
            total([s for s in there if (s.component in FOREIGN) is foreign], profile, spec)
            for foreign in (False, True)
        )
        assert said == cells(own, more), course
