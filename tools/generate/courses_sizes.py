"""The table of sizes on the courses' pages for teachers, from the examples and the declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from streaminglab_operator.api import LAB, effective, parse_spec
from streaminglab_operator.names import LabKey
from streaminglab_operator.plan.lab import Lab, context, wanted
from streaminglab_operator.plan.steps import programs_of
from streaminglab_operator.services.jobs import SIZES as JOB
from streaminglab_operator.services.size import mebibytes, millicores
from tools.generate.architecture_page import between
from tools.generate.sizes_table import Sum, total
from tools.generate.tile_links import COURSES

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"en": Path("docs/courses/teacher.md"), "fr": Path("docs/courses/teacher.fr.md")}
CATALOG: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
    (ROOT / "images/catalog.yaml").read_text()
)
FOREIGN = frozenset(name for name, image in CATALOG.items() if image.get("local") is False)
"""Parts that stand in brackets: they have no image of our own."""


class Measured(NamedTuple):
    """Of one lab on a machine with two cores and images on the node. ``seconds``: until it was
    Ready; ``used``: MiB that its pods held a minute later (the kubelet's working set); ``load``:
    the machine's load average of one minute when it was Ready, other work included."""

    seconds: int
    used: int
    load: int


MEASURED: Mapping[str, Measured] = {
    "000": Measured(38, 764, 26),
    "001": Measured(30, 836, 13),
    "002": Measured(25, 506, 22),
    "003": Measured(14, 225, 19),
    "004": Measured(34, 940, 16),
    "006": Measured(16, 290, 19),
    "007": Measured(32, 934, 16),
}
HEADS = {
    "en": (
        "course", "pods", "memory", "CPU requests", "CPU limits", "volumes", "one Job more",
        "Ready after", "load", "memory in use",
    ),
    "fr": (
        "TP", "pods", "mémoire", "requests CPU", "limites CPU", "volumes", "un Job de plus",
        "prêt au bout de", "charge", "mémoire occupée",
    ),
}  # fmt: skip
UNKNOWN = {"en": "not measured", "fr": "pas mesuré"}


@dataclass(frozen=True, slots=True)
class CourseSize:
    """``own``: pods that run on; ``foreign``: those in brackets; ``job``: MiB of a Job more, of
    which there is one at a time while the lab comes up."""

    own: Sum
    foreign: Sum
    job: int


def size_of(course: str) -> CourseSize:
    """What the lab of a course's example takes."""
    asked = _spec(course)
    lab = Lab(LabKey("student", "lab"), "uid", 1, effective(parse_spec(asked)))
    profile = lab.spec.profile
    parts = [
        total([s for s in wanted(lab.spec) if (s.component in FOREIGN) is foreign], profile, asked)
        for foreign in (False, True)
    ]
    around, job = context(lab), JOB[profile]
    endless = sum(program.endless(around) for program in programs_of(lab))
    more = Sum(
        endless,
        endless * mebibytes(job.memory),
        endless * millicores(job.cpu),
        endless * millicores(job.cpu_limit),
        (),
    )
    return CourseSize(_added(parts[0], more), parts[1], mebibytes(job.memory))


def _added(one: Sum, other: Sum) -> Sum:
    return Sum(
        one.pods + other.pods,
        one.memory + other.memory,
        one.cpu + other.cpu,
        one.cpu_limit + other.cpu_limit,
        one.volumes + other.volumes,
    )


def _spec(course: str) -> dict[str, Any]:
    text = (ROOT / "examples" / f"{COURSES[course][1]}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = next(
        one["spec"] for one in yaml.safe_load_all(text) if one["kind"] == LAB.kind
    )
    return found


def cells(size: CourseSize) -> list[str]:
    """From the pods to the Job; in brackets what the others take in addition."""

    def both(form: str, one: float, other: float, much: bool) -> str:
        own = form.format(one)
        return f"{own} (+{form.format(other)})" if much else own

    own, more = size.own, size.foreign
    volumes = sorted({*own.volumes, *more.volumes})
    return [
        both("{}", own.pods, more.pods, more.pods > 0),
        both("{} Mi", own.memory, more.memory, more.pods > 0),
        both("{}m", own.cpu, more.cpu, more.pods > 0),
        both("{:g}", own.cpu_limit / 1000, more.cpu_limit / 1000, more.pods > 0),
        ", ".join(
            both(
                "{} x " + one, own.volumes.count(one), more.volumes.count(one), one in more.volumes
            )
            for one in volumes
        ),
        f"{size.job} Mi",
    ]


def table(language: str) -> str:
    """A row for each course."""
    heads = HEADS[language]
    rows = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for course in COURSES:
        found = [*cells(size_of(course)), *measured(course, language)]
        rows.append(f"| `{course}` | {' | '.join(found)} |")
    return "\n".join(rows)


def measured(course: str, language: str) -> list[str]:
    """The seconds, the load and the memory in use, each only where it was measured."""
    at = MEASURED.get(course)
    return [f"{at.seconds} s", f"{at.load}", f"{at.used} Mi"] if at else [UNKNOWN[language]] * 3


def courses_pages() -> dict[Path, str]:
    """Both pages as they must be, from the pages as they are."""
    return {
        page: between((ROOT / page).read_text(encoding="utf-8"), "sizes", table(language))
        for language, page in PAGES.items()
    }
