"""Bytes of a message, as people can read them."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page.kafka.shown import HEX, LONGEST, Shown, schema_of, shown


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "null", ""),
        (b"", "text", ""),
        ("é \N{SNOWMAN}".encode(), "text", "é \N{SNOWMAN}"),
        (b"1.0", "text", "1.0"),
        (
            b'{"a": [1, {"b": "c"}]}',
            "json",
            '{\n  "a": [\n    1,\n    {\n      "b": "c"\n    }\n  ]\n}',
        ),
        (b'{"a": ', "text", '{"a": '),
        (b"[" * 30_000, "text", "[" * (LONGEST - 1) + "…"),
        (b"\xff\xfe\x01", "binary", "ff fe 01"),
        (b"\x00\x00", "binary", "00 00"),
        (b"a\x00b", "binary", "61 00 62"),
    ],
)
def test_a_value_is_shown_as_what_it_is(value: bytes | None, kind: str, text: str) -> None:
    found = shown(value)
    assert (found.kind, found.text) == (kind, text)


def test_a_value_of_the_registry_names_its_schema() -> None:
    found = shown(b"\x00\x00\x00\x00\x07rest")
    assert (found.kind, found.schema) == ("schema", 7)
    assert schema_of(b"\x00\x00\x00\x00\x07") == -1, "nothing follows"


def test_a_letter_that_is_cut_in_two_is_no_binary() -> None:
    found = shown(("é" * 100_000).encode())
    assert (found.kind, found.cut, len(found.text)) == ("text", True, LONGEST)


def test_of_megabytes_the_beginning_is_shown() -> None:
    assert shown(b"x" * 2**20) == Shown("text", "x" * (LONGEST - 1) + "…", 2**20, cut=True)
    binary = shown(b"\xff" * 2**20)
    assert (binary.cut, len(binary.text)) == (True, HEX * 3 - 1)


def test_a_text_says_that_it_is_cut_however_little_that_is() -> None:
    assert shown(b"x" * LONGEST).cut is False
    found = shown(b"x" * (LONGEST + 1))
    assert (found.cut, found.text[-1]) == (True, "…")


@pytest.mark.parametrize("depth", [500, 900, 980, 1000, 1100, 3000, 16_000])
def test_json_that_is_nested_deep_is_shown_one_way_or_the_other(depth: int) -> None:
    found = shown(b"[" * depth + b"1" + b"]" * depth)
    assert found.kind in ("json", "text")
    assert len(found.text) <= LONGEST


def test_json_that_would_be_millions_of_spaces_is_never_made_whole() -> None:
    depth, letter = 600, "\N{SNOWMAN}"
    value = "[" * depth + f'"{letter}",' + "1," * 15_000 + "1" + "]" * depth
    tracemalloc.start()
    try:
        found = shown(value.encode())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found.kind, found.cut, len(found.text)) == ("json", True, LONGEST)
    assert most < 2**20, "bytes, at a time"


def test_letters_that_turn_the_writing_are_not_shown() -> None:
    assert "\u202e" not in shown("a\u202eb".encode()).text
    assert "\u202e" not in shown('{"a": "\u202eb"}'.encode()).text


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode()))
def test_whatever_it_is_it_is_shown_within_bounds(value: bytes) -> None:
    found = shown(value, longest=100)
    assert len(found.text) <= max(100, HEX * 3)
    assert found.size == len(value)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_stays_what_it_was(value: object) -> None:
    raw = json.dumps(value).encode()
    found = shown(raw)
    if found.kind == "json" and not found.cut and "\N{REPLACEMENT CHARACTER}" not in found.text:
        assert json.loads(found.text) == value
