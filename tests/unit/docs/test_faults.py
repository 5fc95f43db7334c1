"""The table of faults names tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROWS = re.findall(r"^\| (\d+) \|.*$", (ROOT / "docs/faults.md").read_text(), re.MULTILINE)
LINES = re.findall(r"^\| \d+ \|.*$", (ROOT / "docs/faults.md").read_text(), re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)?(?:::(test_\w+))?`")


def test_the_table_has_all_twenty() -> None:
    assert [int(number) for number in ROWS] == list(range(1, 21))


@pytest.mark.parametrize("line", LINES, ids=ROWS)
def test_each_test_that_it_names_is_there(line: str) -> None:
    file = ""
    for path, name in NAMED.findall(line):
        file = path or file
        assert (ROOT / file).is_file(), file
        if name:
            assert f"def {name}(" in (ROOT / file).read_text(), f"{file} has no {name}"
