"""Whatever stands in a YAML text is read as plain values, or refused with its line, and fast."""

import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page.exercises.plain import NotPlain, read

SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.integers(0, 9), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_what_a_program_writes_is_read_as_it_was(found: Any, flow: bool) -> None:
    assert read(yaml.safe_dump(found, default_flow_style=flow).encode()) == found


PIECES = [
    *"abc019-:,?[]{}#&*!|>'\"%@`~ \n\t\x00\x07\x85\u2028\u2029\r\ufeff\xe9",
    "- ", ": ", "a: ", "\n  ", "\n- ", "&a ", "*a", "<<: ", "---\n", "...\n", "!!int ", "!x ",
    "!!python/object/apply:os.system ", "%TAG ! tag:x,2000:\n", "1:59", "0x_", "0b_", ".inf",
    "2026-13-45", "0001-01-01 00:00:00 +14:00", "9" * 5000, "\\x41", "\\ud800", "null", "true",
]  # fmt: skip
TOKENS = st.sampled_from(PIECES)


@given(st.lists(TOKENS, max_size=30).map("".join))
def test_any_text_is_read_or_refused(found: str) -> None:
    _read_or_refused(found.encode())


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(found: bytes) -> None:
    _read_or_refused(found)


def _read_or_refused(found: bytes) -> None:
    try:
        read(found)
    except NotPlain as error:
        assert str(error)
        assert 1 <= error.line <= found.count(b"\n") + found.count(b"\r") + 1


SCANNED = "this is no YAML: while scanning an anchor did not find expected alphabetic or numeric character"  # noqa: E501
REFUSED: list[tuple[bytes, int, str]] = [
    (b"a:\n- &x [1]\n- *x\n", 3, "write out what *x stands for: no aliases here"),
    (b"&a [*a]", 1, "write out what *a stands for: no aliases here"),
    (b"a: 1\nb: !!int ''\n", 2, "take out the tag !!int: no tags here"),
    (b"a: !own {b: 1}\n", 1, "take out the tag !own: no tags here"),
    (b"!!map {a: 1}\n", 1, "take out the tag !!map: no tags here"),
    (b"a: 1\nb: 2\na: 3\n", 3, "'a' stands there twice: take one out"),
    (b"- {b: 1, 'b': 2}\n", 1, "'b' stands there twice: take one out"),
    (b"[a]: 1\n", 1, "the name of a field is a text"),
    (b"---\n---\n", 2, "a second document begins: a set is one"),
    (b"a: 1\nb: caf\xe9\n", 2, "is no UTF-8: save the file in that encoding"),
    (b"a: 1\n\nb: \x07\n", 3, "holds a character that is no text, 0x07: take it out"),
    (b"a: [\n", 2, "this is no YAML: while parsing a flow node did not find expected node content"),
    ("\x85\u2028\u2029a: &".encode(), 1, SCANNED),
    ("\x85a: b\r\n\rc: !x d".encode(), 3, "take out the tag !x: no tags here"),
    (b"\xef\xbb\xbfa: b\nc: !x d", 2, "take out the tag !x: no tags here"),
    ("é: b\n😀: !x d\n".encode("utf-16"), 2, "take out the tag !x: no tags here"),
    (b"[" * 100, 1, "more than 20 levels, one in another: no set is like that"),
]


@pytest.mark.parametrize(("found", "line", "said"), REFUSED, ids=[said for *_, said in REFUSED])
def test_a_mistake_has_its_line(found: bytes, line: int, said: str) -> None:
    with pytest.raises(NotPlain) as refused:
        read(found)
    assert (refused.value.line, str(refused.value)) == (line, said)


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (b"2026-01-31", "2026-01-31"),
        (b"1:30", "1:30"),
        (b"010", "010"),
        (b"0x1f", "0x1f"),
        (b"1.5", "1.5"),
        (b"yes", "yes"),
        (b"'3'", "3"),
        (b"+3", 3),
        (b"true", True),
        (b"", None),
        (b"# nothing\n", None),
        ("a: é".encode("utf-16"), {"a": "é"}),
        (b"\xef\xbb\xbfa: 1", {"a": 1}),
        (b"{<<: {a: 1}}", {"<<": {"a": 1}}),
    ],
)
def test_nothing_is_made_of_a_text_but_whole_numbers_and_words(found: bytes, value: Any) -> None:
    assert read(found) == value


@pytest.mark.parametrize(
    "found",
    [
        b"[1" + b":5" * 250_000 + b"]",
        b"[1" + b":5" * 250_000 + b".0]",
        b"[" + b"9" * 500_000 + b"]",
        b"- a\n" * 120_000,
        (b"[" * 19 + b"]" * 19 + b"\n") * 10,
    ],
    ids=["sixties", "sixties of a fraction", "digits", "entries", "levels"],
)
def test_half_a_megabyte_takes_no_while(found: bytes) -> None:
    begun = time.thread_time()
    _read_or_refused(found)
    # The first two took half a minute as YAML 1.1 has them, and the page answered nobody.
    assert time.thread_time() - begun < 5
