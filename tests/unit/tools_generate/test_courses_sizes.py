"""The sizes of the courses' labs on the pages for teachers."""

import pytest

from tools.generate.courses_sizes import (
    FOREIGN,
    HEADS,
    MEASURED,
    UNKNOWN,
    cells,
    measured,
    size_of,
    table,
)
from tools.generate.sizes_table import Sum
from tools.generate.tile_links import COURSES


def rows(language: str) -> dict[str, list[str]]:
    found = [line.strip("| ").split(" | ") for line in table(language).splitlines()[2:]]
    return {row[0].strip("`"): row[1:] for row in found}


@pytest.mark.parametrize("language", HEADS)
def test_every_course_has_its_row(language: str) -> None:
    assert list(rows(language)) == list(COURSES)
    assert {len(row) for row in rows(language).values()} == {len(HEADS[language]) - 1}


def test_what_has_no_image_of_ours_stands_in_brackets() -> None:
    assert rows("en")["002"][:6] == [
        "4 (+2)", "3552 Mi (+1408 Mi)", "135m (+75m)", "6.5 (+2)", "3 x 1Gi (+1 x 1Gi)", "128 Mi",
    ]  # fmt: skip
    assert rows("en")["003"][:5] == ["3", "864 Mi", "70m", "3.5", "1 x 1Gi"]
    assert {"kafka-ui", "ksqldb"} <= FOREIGN


def test_a_job_that_never_ends_counts_as_a_pod() -> None:
    endless = size_of("001")
    assert (endless.own.pods, endless.own.memory, endless.job) == (10, 3296 + 256, 256)
    assert size_of("000").own == Sum(8, 3168, 335, 11500, ("1Gi",) * 4)


def test_what_was_measured_stands_there_with_the_load() -> None:
    for course, row in rows("fr").items():
        assert row[-3:] == measured(course, "fr")
    assert rows("en")["001"][-3:] == [
        f"{MEASURED['001'].seconds} s", f"{MEASURED['001'].load}", f"{MEASURED['001'].used} Mi",
    ]  # fmt: skip
    assert measured("005", "en") == [UNKNOWN["en"]] * 3


def test_no_lab_holds_more_than_it_asks_for() -> None:
    for course, at in MEASURED.items():
        assert at.used < size_of(course).own.memory


def test_both_languages_have_the_same_sizes() -> None:
    assert [row[:-3] for row in rows("en").values()] == [row[:-3] for row in rows("fr").values()]
    assert rows("en")["004"][:-3] == cells(size_of("004"))
