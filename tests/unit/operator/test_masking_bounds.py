"""Masking hides what it always hid, at a price that no text and no secret can raise."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator.masking import (
    HIDDEN,
    MAX_LINES,
    MAX_TOTAL,
    MAX_VALUE,
    WINDOW,
    Mask,
    maskable,
    masker,
    withheld,
)

# What is hidden, in expressions that take the square of a text's length.
_WORD = r"(?:password|passwd|passphrase|pwd|secret|token|credentials?|apikey|api\.key)"
_ASSIGNED = re.compile(rf"(?i)({_WORD}[\w.-]*[\"']?\s*=[ \t]*)(?=[^ \t\n]).+")
_JSON = re.compile(rf'(?i)("[^"\n]*{_WORD}[^"\n]*"\s*:\s*)"(?:[^"\\\n]|\\.)*"?')
_IN_URL = re.compile(r"(://[^/\s:@]*:)(\S+)@")

PIECES = [
    "://", ":", "@", "/", "u", "\n", " ", "\t", '"', "\\", "=", "password", "Token", "api.key",
    "x", ".", "-", "'", "secrets", ",", "é",
]  # fmt: skip


def _plainly(text: str) -> str:
    text = _IN_URL.sub(rf"\1{HIDDEN}@", text)
    text = _JSON.sub(rf'\1"{HIDDEN}"', text)
    return _ASSIGNED.sub(rf"\1{HIDDEN}", text)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_what_looks_like_a_password_is_found_as_by_the_plain_expressions(text: str) -> None:
    assert masker([])(text) == _plainly(text)


@given(st.integers(0, 2 * WINDOW), st.integers(4, 300), st.data())
def test_a_secret_at_the_edge_of_what_is_looked_at_does_not_show(
    before: int, size: int, data: st.DataObject
) -> None:
    secret = "".join(f"{i:x}" for i in range(size))[:size]
    other = "G" * data.draw(st.integers(4, WINDOW))
    text = other + "." * before + secret * 40
    line = masker([secret, other]).line(text, limit=10**6)
    rest = line.replace(HIDDEN, "").strip("*.…")
    assert not rest, rest


@given(st.text(max_size=60), st.integers(1, 8_000))
def test_a_trace_of_any_length_is_short_when_it_is_told(piece: str, times: int) -> None:
    mask = masker(["geheim"])
    for text in (piece * times, f"x\nCaused by: {piece * times}"):
        assert len(mask.trace(text)) <= 2 * 300 + len(" (cause: )")
        assert "geheim" not in mask.trace(text + "geheim")


def test_what_is_withheld_says_why_and_nothing_of_the_text() -> None:
    mask = withheld("it is not shown")
    assert mask.line("geheim") == mask.trace("geheim\nCaused by: geheim") == "it is not shown"


@pytest.mark.parametrize(
    ("secrets", "can"),
    [
        ([], True),
        (["x" * MAX_VALUE], True),
        (["x" * (MAX_VALUE + 1)], False),
        (["é" * (MAX_VALUE // 2 + 1)], False),
        (["\x01" * MAX_VALUE], False),
        (["x"] * MAX_LINES, True),
        (["x\n" * (MAX_LINES + 1)], False),
        (["x" * MAX_VALUE] * (MAX_TOTAL // MAX_VALUE + 1), False),
        (["\ud800"], True),
    ],
)
def test_secrets_are_looked_for_as_long_as_it_costs_little(secrets: list[str], can: bool) -> None:
    assert maskable(secrets) is can


def test_half_a_character_is_masked_too() -> None:
    assert masker(["\ud800geheim"])("got \ud800geheim") == "got ***"


def test_of_a_line_of_any_length_only_the_beginning_is_looked_at() -> None:
    seen: list[int] = []
    mask = Mask(lambda text: seen.append(len(text)) or text, longest=10)  # type: ignore[func-returns-value]
    assert mask.line("x" * 1_000_000)
    assert mask.trace("x" * 1_000_000 + "\nCaused by: " + "y" * 1_000_000)
    assert max(seen) == WINDOW + mask.longest
