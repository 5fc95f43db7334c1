"""The tables of printed commands hold every one of the sheets, in order, and the test named there
runs what is typed here in its place."""

import re
from functools import cache
from typing import Any, NamedTuple

import pytest
import yaml

from streaminglab_operator.api import LAB, admit
from tests.reach import Reach, reach
from tests.unit.courses.test_questions import LANGUAGES, NO_TEST, Section, page, sections
from tools.generate.tile_links import COURSES
from tools.shell.paths import ROOT

PRINTED = ROOT / "tests/unit/courses/printed.yaml"
SPAN = re.compile(r"`([^`]+)`")
FIELD = re.compile(r"spec((?:\.\w+)+)(?:: (.+))?$")
BEGIN = re.compile(r"`((?:kubectl|curl|sftp|python3) [^`]+)`")


class Entry(NamedTuple):
    """What a sheet prints, and what the test of its row runs."""

    course: str
    printed: str
    run: tuple[str, ...]


def entries() -> list[Entry]:
    data = yaml.safe_load(PRINTED.read_text(encoding="utf-8"))
    return [
        Entry(course, one["printed"], tuple(one.get("run", ())))
        for course, found in data.items()
        for one in found
    ]


@cache
def tables(language: str) -> tuple[Section, ...]:
    return tuple(sections(page("commands", language)))


def rows(language: str) -> list[list[str]]:
    return [row for section in tables(language) for row in section.rows]


ENTRIES = entries()
Pair = tuple[Entry, list[str]]
PAIRS: list[Pair] = list(zip(ENTRIES, rows("en"), strict=False))
TESTED = [pair for pair in PAIRS if "::" in pair[1][2]]


def cases(pairs: list[Pair]) -> pytest.MarkDecorator:
    """A case for each of them, called after what is printed."""
    names = [f"{entry.course} {entry.printed[:40]}" for entry, _ in pairs]
    return pytest.mark.parametrize(("entry", "row"), pairs, ids=names)


def is_cut_from(cell: str, printed: str) -> bool:
    """Whether the first words of a cell are a printed line, or that line with parts left out."""
    words = SPAN.findall(cell)[0]
    form = ".*".join(re.escape(part) for part in words.split("..."))
    return words == printed or re.fullmatch(form, printed) is not None


def lacks(found: Reach, wanted: tuple[str, ...]) -> list[str]:
    """Of what a test must run, what it does not."""
    return [words for words in wanted if not (found.runs(words) or found.says(words))]


@cases(PAIRS)
def test_each_printed_command_has_its_row_in_the_order_of_the_sheets(
    entry: Entry, row: list[str]
) -> None:
    assert is_cut_from(row[0], entry.printed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sheet_has_its_table(language: str) -> None:
    found = {re.findall(r"\d{3}", section.title)[0]: section.rows for section in tables(language)}
    for course, lines in found.items():
        assert len(lines) == len([entry for entry in ENTRIES if entry.course == course])
    assert sorted(found) == sorted({entry.course for entry in ENTRIES})


@cases(TESTED)
def test_the_named_test_runs_what_is_typed_here(entry: Entry, row: list[str]) -> None:
    assert entry.run, "say in printed.yaml what the test runs"
    assert lacks(reach(row[2].strip("`")), entry.run) == []


@cases(TESTED)
def test_the_named_test_runs_the_command_that_its_row_begins_with(
    entry: Entry, row: list[str]
) -> None:
    begin = BEGIN.match(row[1])
    if begin and "another lab" not in row[1]:
        assert reach(row[2].strip("`")).runs(begin[1]), entry.printed


@cases(PAIRS)
def test_a_row_without_a_test_says_why_and_asks_none_to_run_it(
    entry: Entry, row: list[str]
) -> None:
    untested = row[2].startswith(NO_TEST["en"])
    assert untested is ("::" not in row[2])
    assert untested is not bool(entry.run)


FIELDS = sorted({(m[1], m[2] or "") for row in rows("en") for span in SPAN.findall(row[1])
                 if (m := FIELD.match(span))})  # fmt: skip


@cache
def schema() -> dict[str, Any]:
    """Of a lab's spec."""
    crd = yaml.safe_load((ROOT / "crds/streaminglabs.streaminglab.dev.yaml").read_text())
    version = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return dict(version["properties"]["spec"])


def properties(schema: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    """What a schema says of a field; None: it has no such one."""
    for name in path:
        schema = schema.get("properties", {}).get(name, {})
    return schema or None


@pytest.mark.parametrize(("field", "value"), FIELDS)
def test_each_field_of_the_rows_is_one_of_the_spec(field: str, value: str) -> None:
    names = field.strip(".").split(".")
    assert properties(schema(), names)
    if value:
        found: Any = yaml.safe_load(value)
        for name in reversed(names):
            found = {name: found}
        at_home = {"kafka": {"brokers": 3, **found.pop("kafka", {})}} | found
        if "ingress" in at_home.get("access", {}):
            at_home["access"]["ingress"].setdefault("domain", "example.org")
        assert admit(at_home, name="meteo")


def test_there_are_fields_and_commands_to_look_at() -> None:
    assert len(FIELDS) > 12
    assert len(TESTED) > 40


@pytest.mark.parametrize("example", sorted({example for _, example in COURSES.values()}))
def test_each_courses_example_has_its_exercises(example: str) -> None:
    course = next(number for number, (_, name) in COURSES.items() if name == example)
    documents = yaml.safe_load_all((ROOT / f"examples/{example}.yaml").read_text())
    (spec,) = (one["spec"] for one in documents if one["kind"] == LAB.kind)
    assert spec["exercises"] == {"set": course}


HERE = "tests/unit/courses/test_printed.py::test_what_a_test_does_not_run_is_seen"


def test_what_a_test_does_not_run_is_seen() -> None:
    nothing = Reach(frozenset({"kubectl apply -f examples/jee.yaml"}), frozenset({"Ready"}))
    assert lacks(nothing, ("kubectl apply -f examples/jee.yaml", "Ready")) == []
    assert lacks(nothing, ("kubectl delete slab", "Ready")) == ["kubectl delete slab"]
    with pytest.raises(LookupError, match="no such test"):
        reach(HERE.replace("is_seen", "was_seen"))
    with pytest.raises(LookupError, match="no such file"):
        reach("tests/gone.py::test_x")


def test_a_cell_may_leave_parts_out_and_change_none() -> None:
    assert is_cut_from("`mv ... b` (said)", "mv a b")
    assert is_cut_from("`f(...)`", "f(...)")
    assert not is_cut_from("`mv ... c`", "mv a b")
    assert not is_cut_from("`mv a`", "mv a b")
