"""A course's questions are the same in its set and on its page, and stand in a table whole."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.reach import reach
from tools.pages import commands
from tools.pages.excused import excuses
from tools.shell.paths import ROOT

COURSES = ROOT / "docs" / "courses"
SETS = ROOT / "images/page/src/streaminglab_page/exercises/sets"
PAGES = {
    "000": "000-weather",
    "001": "001-measuring",
    "002": "002-onyxia-kafka",
    "003": "003-source-of-truth",
    "004": "004-liveconnect",
    "006": "006-ksqldb",
    "007": "007-semantics",
}
LANGUAGES = {"en": ".md", "fr": ".fr.md"}
BOTH = [(course, language) for course in PAGES for language in LANGUAGES]
CELL = re.compile(r"(?<!\\)\|")
NO_TEST = {
    "en": ("none: ", "nothing to run"),
    "fr": ("aucun : ", "rien à exécuter"),
}
Exercise = dict[str, Any]


class Section(NamedTuple):
    """A heading of a page of tables, and the rows below it."""

    title: str
    rows: list[list[str]]


def exercises(course: str) -> list[Exercise]:
    """The exercises of a course's set."""
    found = yaml.safe_load((SETS / f"{course}.yaml").read_text(encoding="utf-8"))["exercises"]
    assert isinstance(found, list)
    return found


def page(name: str, language: str) -> str:
    """A page of the courses."""
    return (COURSES / f"{name}{LANGUAGES[language]}").read_text(encoding="utf-8")


def flat(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def sections(text: str) -> list[Section]:
    """The tables of a page, by the heading above each, without their heads."""
    found = []
    for part in text.split("\n## ")[1:]:
        title, *lines = part.splitlines()
        rows = [CELL.split(line)[1:-1] for line in lines if line.startswith("|")]
        found.append(Section(title, [[cell.strip() for cell in row] for row in rows[2:]]))
    return found


def named(cell: str) -> list[str]:
    """The tests that a cell names."""
    return [test.strip("`") for test in cell.split(", ")]


def unknown_test(cell: str, language: str) -> str:
    """What is wrong with a cell that names tests, or says that there is none."""
    if cell.startswith(NO_TEST[language]):
        return ""
    try:
        return "" if all(reach(test) for test in named(cell)) else "unreachable"
    except LookupError as error:
        return str(error)


@pytest.mark.parametrize(("course", "language"), BOTH)
def test_the_page_asks_what_the_set_asks_in_the_same_words(course: str, language: str) -> None:
    text = page(PAGES[course], language)
    heads = re.findall(r"^### (.+)$", text, re.MULTILINE)
    asked = exercises(course)
    assert sorted(heads) == sorted(found["title"][language] for found in asked)
    for number, found in enumerate(asked):
        own = text.partition(f"\n### {found['title'][language]}\n")[2].partition("\n### ")[0]
        assert flat(own).startswith(flat(found["text"][language])), found["name"]
        hints = re.findall(r"<details><summary>.*?</summary>(.*?)</details>", own, re.DOTALL)
        assert [flat(hint) for hint in hints] == [flat(h[language]) for h in found["hints"]], number


@pytest.mark.parametrize("course", PAGES)
def test_every_exercise_has_a_hint_and_every_check_says_what_is_missing(course: str) -> None:
    for found in exercises(course):
        assert found["hints"], found["name"]
        for said in (found["title"], found["text"], *found["hints"]):
            assert set(said) == {"en", "fr"}, found["name"]
        assert all(set(check["hint"]) == {"en", "fr"} for check in found["checks"])


def test_course_000_has_its_twenty_one_questions() -> None:
    names = [found["name"] for found in exercises("000")]
    assert [name[:3] for name in names[:21]] == [f"q{number:02}" for number in range(1, 22)]


LABEL = re.compile(r"\*\*([^*\n]+)\*\*|^`(more-[\w-]+)`|\. `(more-[\w-]+)`", re.MULTILINE)
NUMBER = re.compile(r"(Question )?(\d+(?:\.\d+)?)\.?(?: |$)")


def answered(text: str) -> set[str]:
    """What the answers of a course have a paragraph for: `4`, `1.3`, `Question 2`, `more-alert`."""
    found = set()
    for bold, first, more in LABEL.findall(text):
        for label in bold.split(", "):
            number = NUMBER.match(re.sub("^(Step|Étape) ", "", label))
            found.add("".join(number.groups("")) if number else label)
        found |= {first, more}
    return found


@pytest.mark.parametrize(("course", "language"), BOTH)
def test_every_question_has_its_answer_for_the_teacher(course: str, language: str) -> None:
    there = answered(page(f"answers/{PAGES[course]}", language))
    asked = set()
    for exercise in exercises(course):
        number = NUMBER.match(exercise["title"][language])
        asked.add("".join(number.groups("")) if number else exercise["name"])
    assert asked - there == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_holds_every_question_with_its_hints_checks_and_test(language: str) -> None:
    found = sections(page("questions", language))
    assert [section.title[-3:] for section in found] == list(PAGES)
    for section, (course, name) in zip(found, PAGES.items(), strict=True):
        assert len(section.rows) == len(exercises(course))
        for row, asked in zip(section.rows, exercises(course), strict=True):
            file = f"{name}{LANGUAGES[language]}"
            kinds = [next(kind for kind in check if kind != "hint") for check in asked["checks"]]
            assert row[0] == f"[{asked['title'][language]}]({file})"
            assert row[1] == f"`{asked['name']}`"
            assert row[2].endswith(f"](answers/{file})")
            assert row[3] == str(len(asked["hints"]))
            assert row[4] == (", ".join(dict.fromkeys(kinds)) or "-")
            assert unknown_test(row[5], language) == ""


def own_commands(course: str, exercise: Exercise) -> list[str]:
    """What an exercise's part of the English page lets a student type, and a test can run."""
    file = f"docs/courses/{PAGES[course]}.md"
    text = page(PAGES[course], "en")
    before, _, own = text.partition(f"\n### {exercise['title']['en']}\n")
    first = before.count("\n") + 2
    last = first + re.split(r"\n##+ ", own)[0].count("\n")
    excused = {command for excuse in excuses() for command in excuse.commands()}
    there = [found for found in commands(file) if first < found.line <= last]
    return [found.text for found in there if found not in excused]


DONE = [
    pytest.param(course, asked, row[5], id=asked["name"])
    for section, course in zip(sections(page("questions", "en")), PAGES, strict=True)
    for row, asked in zip(section.rows, exercises(course), strict=False)
]


@pytest.mark.parametrize(("course", "asked", "cell"), DONE)
def test_what_is_checked_is_seen_passed_by_a_test_of_its_row(
    course: str, asked: Exercise, cell: str
) -> None:
    assert course in PAGES
    if asked["checks"]:
        assert any(asked["name"] in reach(test).texts for test in named(cell))


@pytest.mark.parametrize(("course", "asked", "cell"), DONE)
def test_a_test_of_the_row_runs_a_command_of_the_exercise(
    course: str, asked: Exercise, cell: str
) -> None:
    typed = own_commands(course, asked)
    if typed:
        assert [command for test in named(cell) for command in reach(test).commands & {*typed}]


def test_the_commands_of_an_exercise_are_found() -> None:
    (strict,) = [asked for asked in exercises("007") if asked["name"] == "s02-strict"]
    assert len(own_commands("007", strict)) == 6
    (drop,) = [asked for asked in exercises("004") if asked["name"] == "s02-drop"]
    found = own_commands("004", drop)
    assert len(found) == 4
    assert not [text for text in found if text.startswith("sftp")], "it is one that no test runs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_printed_command_has_what_to_type_and_a_test_or_a_reason(language: str) -> None:
    found = sections(page("commands", language))
    assert len(found) == 5
    for section in found:
        for printed, here, test in section.rows:
            assert printed.startswith("`")
            assert here
            assert unknown_test(test, language) == "", printed


@pytest.mark.parametrize("name", ["commands", "questions"])
def test_both_languages_name_the_same_commands_and_tests(name: str) -> None:
    english, french = (sections(page(name, language)) for language in LANGUAGES)
    assert len(english) == len(french)
    for one, other in zip(english, french, strict=True):
        for row, wise in zip(one.rows, other.rows, strict=True):
            assert [cell for cell in row if "::" in cell] == [c for c in wise if "::" in c]
            if name == "commands":
                assert row[0] == wise[0]


def test_a_test_that_is_not_there_is_seen() -> None:
    here = Path(__file__).relative_to(ROOT)
    assert unknown_test(f"`{here}::test_a_test_that_is_not_there_is_seen`", "en") == ""
    for wrong in (f"`{here}::test_gone`", "`tests/gone.py::test_x`", "-", "", "none"):
        assert unknown_test(wrong, "en")


def test_the_table_of_ports_is_the_same_in_both_languages() -> None:
    """The English one is compared with a lab that runs."""
    found = {}
    for language, nothing in (("en", "nothing: "), ("fr", "rien : ")):
        table = page("answers/000-weather", language).partition("<!-- ports begin -->")[2]
        lines = table.partition("<!-- ports end -->")[0].strip().splitlines()[2:]
        rows = [[cell.strip() for cell in CELL.split(line)[1:-1]] for line in lines]
        found[language] = [[*row[:3], row[3].startswith(nothing) or row[3]] for row in rows]
        assert all(len(row) == 5 and row[4] for row in rows)
    assert found["en"] == found["fr"]
    assert len(found["en"]) > 5


def test_every_page_of_the_courses_is_there_in_french_too() -> None:
    english = [path for path in COURSES.rglob("*.md") if not path.name.endswith(".fr.md")]
    assert len(english) > 10
    assert [path for path in english if not path.with_suffix(".fr.md").is_file()] == []
    assert len(list(COURSES.rglob("*.fr.md"))) == len(english)
