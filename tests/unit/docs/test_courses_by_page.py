"""The page's document has a row for each step of two courses, with the test that does it."""

import ast
import re
from functools import cache

import pytest

from tools.shell.paths import ROOT

ROW = re.compile(r"^\| (\d+\.\d*) (.+?) \| .+ \| `(tests/e2e/\w+\.py)::(\w+)` \|$", re.MULTILINE)
STEP = re.compile(r"^### (\d+\.\d*) (.+)$", re.MULTILINE)
LAST = {"000-weather": "18.", "002-onyxia-kafka": "3.5"}
"""The last step of course 000's part 5, and of 002's exercise 3."""
LANGUAGES = ("", ".fr")


def rows(language: str) -> list[tuple[str, str, str, str]]:
    return ROW.findall((ROOT / f"docs/page{language}.md").read_text(encoding="utf-8"))


def steps(course: str, language: str) -> list[tuple[str, str]]:
    text = (ROOT / f"docs/courses/{course}{language}.md").read_text(encoding="utf-8")
    found = STEP.findall(text)
    numbers = [number for number, _ in found]
    return found[: numbers.index(LAST[course]) + 1]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_has_its_row(language: str) -> None:
    wanted = [step for course in LAST for step in steps(course, language)]
    assert [(number, title) for number, title, _, _ in rows(language)] == wanted
    assert len(wanted) == 30


def test_each_row_names_a_test_that_there_is() -> None:
    for number, _, file, name in rows(""):
        assert name in names_in(file), number


def test_both_languages_name_the_same_tests() -> None:
    english, french = ([(row[0], *row[2:]) for row in rows(language)] for language in LANGUAGES)
    assert english == french
