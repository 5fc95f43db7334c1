"""Records as the reader prints them, and as people and programs see them."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_cli import newest
from streaminglab_cli.newest import Record

LONG = "x" * 9000
MORE = "... (9000 letters)"


def line(time: int, partition: int, offset: int, key: bytes | None, value: bytes | None) -> str:
    cells = [str(time), str(partition), str(offset)]
    for one in (key, value):
        cells.append(newest.NONE if one is None else base64.b64encode(one).decode())
    return "\t".join(cells)


@given(st.none() | st.binary(max_size=20), st.none() | st.text(max_size=20))
def test_keys_and_values_may_hold_anything(key: bytes | None, value: str | None) -> None:
    found = newest.record(line(5, 1, 9, key, None if value is None else value.encode()))
    assert found is not None
    assert (found.timestamp, found.partition, found.offset, found.value) == (5, 1, 9, value)
    assert (found.key is None) == (key is None)


@pytest.mark.parametrize(
    "said", ["", "\n", "Error: x", "1\t2\t3\t-", "a\t1\t2\t-\t-", "1\t2\t3\txyz\t-"]
)
def test_what_is_no_record_is_left_out(said: str) -> None:
    assert newest.record(said) is None


def test_records_are_shown_by_their_time() -> None:
    told = [line(3, 0, 0, None, b"c"), line(1, 1, 5, None, b"a"), "", line(2, 1, 6, None, b"b")]
    assert [one.value for one in newest.in_order(told)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("timestamp", "time"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1795246419708, "2026-11-21T07:33:39.708Z"),
        (-1, "-"),
        (2**62, "-"),
    ],
)
def test_a_time_may_be_any_number(timestamp: int, time: str) -> None:
    assert Record(timestamp, 0, 0, None, None).time == time


def test_a_person_is_shown_the_beginning_and_a_program_everything() -> None:
    found = Record(0, 3, 7, LONG, LONG)
    _, place, offset, key, value = found.cells()
    assert (place, offset) == ("3", "7")
    assert (key, value) == (f"{LONG[:40]}{MORE}", f"{LONG[:4000]}{MORE}")
    assert found.to_json()["value"] == LONG


def test_columns_that_come_line_by_line_stand_below_each_other() -> None:
    first = newest.row(Record(0, 0, 0, "Lyon", "a").cells())
    second = newest.row(Record(0, 12, 12345, None, "a").cells())
    assert first.rindex("a") == second.rindex("a") == newest.row(newest.HEAD).index("VALUE")


def test_words_of_a_person_are_never_part_of_a_shells_text() -> None:
    command = newest.reader("a;b", 5, follow=True)
    assert "a;b" in command
    assert all("a;b" not in word for word in command if word != "a;b")


def test_what_is_brought_along_is_one_line() -> None:
    assert newest.brought().count("\n") == 1
    assert base64.b64decode(newest.brought()).startswith(b"PK")
