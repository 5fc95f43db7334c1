"""Values on their way to Helm, which reads them as YAML, and its words on their way back."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.adapters.helm import _as_yaml, _plain

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS) | st.booleans() | st.integers()))
def test_any_text_is_read_as_it_was(values: dict[str, Any]) -> None:
    assert yaml.safe_load(_as_yaml(values)) == values


@pytest.mark.parametrize("text", ["\U0001f600", "\x85", "\u2028", "\ufeff", "\x00", 'a"\\ud83d'])
def test_it_is_ascii_without_pairs_of_escapes(text: str) -> None:
    written = _as_yaml({"a": text})
    assert written.isascii()
    assert yaml.safe_load(written) == {"a": text}


def test_a_key_of_any_length_is_read_as_it_was() -> None:
    values = {"k" * 5000: {"\U0001f600" * 400: [1, {"a": None}]}}
    assert yaml.safe_load(_as_yaml(values)) == values


def test_what_helm_says_besides_is_left_out() -> None:
    stderr = 'level=INFO msg="found symbolic link" path=/a\n\nError: at /a: no\nUse --debug flag\n'
    assert _plain(stderr) == "at /a: no"
