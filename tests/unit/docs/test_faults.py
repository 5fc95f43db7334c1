"""The tables of faults, of attacks and of other clusters name tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
NAMED = re.compile(r"`(tests/[\w/]+\.py)?(?:::(test_\w+))?`")


def rows(document: str, number: str) -> list[str]:
    """The lines of its tables that begin with such a number."""
    text = (ROOT / "docs" / document).read_text()
    return re.findall(rf"^\| {number} \|.*$", text, re.MULTILINE)


FAULTS = rows("faults.md", r"\d+")
ATTACKS = rows("security.md", r"[AB]\d+")
CLUSTERS = rows("admin.md", r"C\d+")


def numbers(lines: list[str]) -> list[str]:
    """The first cell of each."""
    return [line.split("|")[1].strip() for line in lines]


def unknown(line: str) -> list[str]:
    """What a line names, and is not there."""
    file, found = "", []
    for path, name in NAMED.findall(line):
        file = path or file
        there = (ROOT / file).is_file()
        if not there or (name and f"def {name}(" not in (ROOT / file).read_text()):
            found.append(f"{file}::{name}")
    return found


def test_the_table_has_all_twenty() -> None:
    assert numbers(FAULTS) == [str(number) for number in range(1, 21)]


def test_the_table_of_attacks_has_all_of_them_in_order() -> None:
    attacks = [f"A{number}" for number in range(1, 20)]
    assert list(dict.fromkeys(numbers(ATTACKS))) == attacks + [f"B{n}" for n in range(1, 9)]


def test_the_table_of_clusters_has_all_of_them_in_order() -> None:
    assert numbers(CLUSTERS) == [f"C{number}" for number in range(1, 15)]


TABLES = [*FAULTS, *ATTACKS, *CLUSTERS]


@pytest.mark.parametrize("line", TABLES, ids=numbers(TABLES))
def test_each_test_that_it_names_is_there(line: str) -> None:
    found = NAMED.findall(line)
    assert [name for _, name in found if name]
    assert len([path for path, _ in found if path]) == line.count("`tests/"), "not looked at"
    assert unknown(line) == []


def test_the_check_itself_sees_what_is_wrong() -> None:
    here = "tests/unit/docs/test_faults.py"
    good = f"`{here}::test_the_table_has_all_twenty`"
    assert unknown(f"{good}, `::test_of_nothing`, `tests/gone.py::test_x`") == [
        f"{here}::test_of_nothing",
        "tests/gone.py::test_x",
    ]
