"""The sizes of the courses' labs on the pages for teachers."""

import pytest

from tools.generate.courses_sizes import (
    FOREIGN,
    HEADS,
    READY_AFTER,
    UNKNOWN,
    cells,
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
    assert rows("en")["002"] == [
        "4 (+2)", "3552 Mi (+1408 Mi)", "135m (+75m)", "6.5 (+2)", "3 x 1Gi (+1 x 1Gi)", "128 Mi",
        "19 s",
    ]  # fmt: skip
    assert rows("en")["003"][:5] == ["3", "864 Mi", "70m", "3.5", "1 x 1Gi"]
    assert {"kafka-ui", "ksqldb"} <= FOREIGN


def test_a_job_that_never_ends_counts_as_a_pod() -> None:
    endless = size_of("001")
    assert (endless.own.pods, endless.own.memory, endless.job) == (10, 3296 + 256, 256)
    assert size_of("000").own == Sum(8, 3168, 335, 11500, ("1Gi",) * 4)


def test_a_time_stands_there_only_where_it_was_measured() -> None:
    for course, row in rows("fr").items():
        seconds = READY_AFTER.get(course)
        assert row[-1] == (f"{seconds} s" if seconds else UNKNOWN["fr"])


def test_both_languages_have_the_same_sizes() -> None:
    assert [row[:-1] for row in rows("en").values()] == [row[:-1] for row in rows("fr").values()]
    assert rows("en")["004"][:-1] == cells(size_of("004"))
