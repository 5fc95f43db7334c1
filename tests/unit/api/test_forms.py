"""What a form says of the keys of a map is what the rules say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.schema.forms import begins_but_not, keys_not, map_form

BEGIN, WORD = "topic.creation.", "default."


@given(st.text("default.x", max_size=10))
def test_what_begins_so_and_does_not_go_on_with_a_word(rest: str) -> None:
    pattern = re.compile(begins_but_not(BEGIN, WORD))
    assert bool(pattern.search(BEGIN + rest)) is not rest.startswith(WORD)
    assert not pattern.search(f"x{BEGIN}{rest}")


@pytest.mark.parametrize(
    ("key", "refused"),
    [("node.id", True), ("nodexid", False), ("node.id.x", False), ("rest.port", True),
     ("arrest.port", False), ("-x", True), ("x", False)],
)  # fmt: skip
def test_keys_are_refused_by_name_by_beginning_and_by_pattern(key: str, refused: bool) -> None:
    words = keys_not(["node.id"], ["rest."], "^-")["patternProperties"]
    assert set(words.values()) == {False}
    assert any(re.search(word, key) for word in words) is refused


def test_keys_and_values_have_formats() -> None:
    assert map_form("^a$", "^b$") == {
        "patternProperties": {"^a$": {"pattern": "^b$"}},
        "additionalProperties": False,
    }
    assert map_form("^a$")["patternProperties"] == {"^a$": {}}
    assert map_form(values="^b$") == {"additionalProperties": {"pattern": "^b$"}}
