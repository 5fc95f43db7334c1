"""Answers are for teachers: no file that a student's pod or page can read holds one."""

import difflib
import json
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tools.images.catalog import load
from tools.images.context import Contexts, walk
from tools.shell.paths import ROOT

ANSWERS = "docs/courses/answers/"
SHEETS = sorted(path for path in (ROOT / ANSWERS).rglob("*") if path.is_file())
SOLUTIONS = "charts/jupyter/files/solutions/"
"""In a pod only where `spec.jupyter.solutions` says so, as the chart's tests show."""
FOR_TEACHERS = (
    "docs/courses/teacher", "docs/courses/questions", "docs/teacher.md", ANSWERS, SOLUTIONS,
)  # fmt: skip
READ_BY_STUDENTS = (
    "images/", "charts/", "examples/", "jobs/src/", "cli/src/", "operator/src/", "connectors/",
    "docs/courses/", "docs/student.md", "docs/page", "docs/slab", "docs/access.md",
    "docs/connect.md", "docs/troubleshooting.md", "README",
)  # fmt: skip
FENCE = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[([^\]\n]*)\]\(([^()\s]+)\)")
PROGRAMS = "images/jupyter/notebooks/"
"""Those to complete, under the names of the solved ones."""
WORDS = 5
"""Words in a row that are compared."""
FEWEST = 8
"""Such rows in a statement; shorter ones ("In English", a command) stand in many places."""
SHARE = 0.6
"""Of a statement's rows that stand in one file: then it stands there, reworded a little."""


def rows(text: str) -> frozenset[tuple[str, ...]]:
    """The words of a text, so many in a row, without accents, capitals and marks."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    words = re.findall(r"\w+", plain)
    return frozenset(tuple(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1))


def statements(sheet: Path) -> Iterator[str]:
    """The sentences, rows of tables and programs of a page; of a notebook the cells of code, but
    for those that students are given too."""
    text = sheet.read_text(encoding="utf-8")
    if sheet.suffix == ".py":
        yield from own(sheet, text)
        return
    if sheet.suffix == ".ipynb":
        for cell in json.loads(text)["cells"]:
            if cell["cell_type"] == "code" and "given" not in cell["metadata"].get("tags", ()):
                yield "".join(cell["source"])
        return
    yield from FENCE.findall(text)
    for paragraph in re.split(r"\n\s*\n", LINK.sub(r"\1", FENCE.sub("", text))):
        if paragraph.startswith("|"):
            yield from paragraph.splitlines()
        elif not paragraph.startswith("#"):
            yield from re.split(r"(?<=[.;:!?])\s+", paragraph.replace("\n", " "))


def own(sheet: Path, text: str) -> Iterator[str]:
    """The lines of a solved program that the one to complete has not."""
    given = (ROOT / PROGRAMS / sheet.relative_to(ROOT / ANSWERS)).read_text(encoding="utf-8")
    lines = difflib.ndiff(given.splitlines(), text.splitlines())
    yield "\n".join(line[2:] for line in lines if line.startswith("+ "))


@cache
def readable() -> dict[str, frozenset[tuple[str, ...]]]:
    """Every text of the repository that comes before a student's eyes, by its path."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = {}
    for name in sorted(set(done.stdout.splitlines())):
        if name.startswith(READ_BY_STUDENTS) and not name.startswith(FOR_TEACHERS):
            text = text_of(ROOT / name)
            if text:
                found[name] = rows(text)
    return found


def text_of(path: Path) -> str:
    """What a file says; nothing when it is no text, a link to a folder, or just deleted."""
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError):
        return ""


def told(statement: str, files: dict[str, frozenset[tuple[str, ...]]]) -> list[str]:
    """The files in which a statement stands."""
    wanted = rows(statement)
    if len(wanted) < FEWEST:
        return []
    return [name for name, has in files.items() if len(wanted & has) >= SHARE * len(wanted)]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_answer_stands_where_a_student_reads(sheet: Path) -> None:
    long = [found for found in statements(sheet) if len(rows(found)) >= FEWEST]
    assert long, "there is nothing to compare"
    assert {found: where for found in long if (where := told(found, readable()))} == {}


def test_what_is_looked_through_is_what_students_have() -> None:
    names = set(readable())
    assert {
        "images/jupyter/notebooks/002-kafka.ipynb", "docs/courses/000-weather.fr.md",
        "images/page/src/streaminglab_page/exercises/sets/000.yaml", "docs/courses/000/KEYWORDS.md",
        "charts/telegraf/files/telegraf.conf.tpl", "examples/meteo.yaml", "README.fr.md",
    } <= names  # fmt: skip
    assert not [name for name in names if "answers" in name and name.startswith("docs/")]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_an_answer_would_be_found_as_it_is_and_a_little_reworded(sheet: Path) -> None:
    longest = max(statements(sheet), key=lambda found: len(rows(found)))
    words = longest.upper().split()
    reworded = " ".join(["well", *words[: len(words) // 2], "so", *words[len(words) // 2 :]])
    for leaked in (longest, reworded, f"before {longest} after"):
        assert told(longest, {"page": rows(leaked)}) == ["page"]
    assert told(longest, {"page": rows("nothing of the kind stands here, at all, or there")}) == []


def test_no_image_is_built_from_the_answers() -> None:
    for image in load().values():
        inputs = [name.removeprefix("src/") for name in Contexts().source_inputs(image.sources)]
        beside = Contexts().containerfiles(image)
        inputs += [str(p.relative_to(ROOT)) for p in walk(beside)] if beside.exists() else []
        assert [name for name in inputs if name.startswith("docs/")] == [], image.name
        assert [name for name in inputs if (ROOT / name).resolve() in SHEETS] == [], image.name


def test_no_page_of_a_student_leads_to_an_answer() -> None:
    pages = [name for name in readable() if name.startswith("docs/") and name.endswith(".md")]
    assert "docs/courses/004-liveconnect.md" in pages
    for page in pages:
        links = [link for _, link in LINK.findall((ROOT / page).read_text(encoding="utf-8"))]
        into = [link for link in links if link.startswith(("answers/", "courses/answers/"))]
        assert into == [], page
