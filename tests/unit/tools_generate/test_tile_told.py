"""The words of a rule are in what a form shows of a refusal, and let nothing in."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tools.generate.tile_told import told, told_of_part

WORDS = "write a[b] {c} (d), 1.5 or 'e/f'? $x | ^y* + \\z"


@given(st.text() | st.just(WORDS) | st.just(f"x {WORDS}"))
def test_the_words_match_nothing(text: str) -> None:
    pattern = told({"pattern": "^a$"}, WORDS)["pattern"]
    assert bool(re.search(pattern, text)) is bool(re.search("^a$", text))


def test_a_key_that_is_refused_has_a_value_that_nothing_matches() -> None:
    form = {"patternProperties": {"^a$": False, "^b$": {"pattern": "^1$"}, "^c$": {}}}
    found = told({**form, "additionalProperties": False}, "take it out")
    nothing = {"type": "string", "pattern": ".^ take it out"}
    assert found == {
        "patternProperties": {
            "^a$": nothing, "^b$": {"pattern": "^1$|.^ take it out"}, "^c$": {},
        },
        "additionalProperties": nothing,
    }  # fmt: skip


def test_what_a_text_must_not_be_is_told_too() -> None:
    nothing = {"type": "string", "pattern": ".^ c"}
    assert told({"pattern": "a", "not": {"pattern": "^__"}}, "c") == {
        "pattern": "a|.^ c", "allOf": [{"anyOf": [{"not": {"pattern": "^__"}}, nothing]}],
    }  # fmt: skip


def test_what_holds_only_together_is_told_as_it_stands_or_as_a_field_that_is_missing() -> None:
    form = {"not": {"required": ["a"]}}
    both = told({**form, "anyOf": [{"pattern": "b"}]}, "c")
    assert both == {**form, "anyOf": [{"pattern": "b|.^ c"}]}
    assert told_of_part(form, "c") == {"anyOf": [form, {"required": ["c"]}]}
    assert told({}, "c") == {}
