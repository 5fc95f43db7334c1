"""Amounts of storage as Kubernetes writes them, compared as numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.observed.quantity import bytes_of, same
from streaminglab_operator.schema import units
from tests.strategies import text_of

UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "Ki": 2**10, "Mi": 2**20}
UNITS |= {"Gi": 2**30, "Ti": 2**40}


@given(st.integers(0, 9999), st.sampled_from(sorted(UNITS)))
def test_a_number_and_a_unit_are_their_product(number: int, unit: str) -> None:
    assert bytes_of(f"{number}{unit}") == number * UNITS[unit]


@given(st.integers(0, 2**62))
def test_bytes_are_themselves_whatever_they_are_written_as(number: int) -> None:
    for text in (f"{number}", f"{number}.0", f"{number}e0", f"{number * 1000}m", f"+{number}"):
        assert bytes_of(text) == number
        assert same(text, str(number))


@given(text_of(units.STORAGE), text_of(units.STORAGE))
def test_the_sizes_of_a_spec_have_an_order(one: str, other: str) -> None:
    first, second = bytes_of(one), bytes_of(other)
    assert first is not None and second is not None and first > 0
    assert same(one, other) is (first == second)
    grown = bytes_of(one.translate(str.maketrans("", "", "i")))
    assert grown is not None and grown <= first, "a decimal unit is the smaller one"


@given(st.text(max_size=80))
def test_no_text_of_the_cluster_raises(text: str) -> None:
    found = bytes_of(text)
    assert found is None or 0 <= found < 2**63


@pytest.mark.parametrize(
    ("one", "other"),
    [("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("1e9", "1G"), ("1E3", "1k"), ("1500m", "2")],
)
def test_the_same_amount_in_other_words(one: str, other: str) -> None:
    assert bytes_of(one) == bytes_of(other)


@pytest.mark.parametrize(
    "text", ["", "Gi", "1 Gi", "-1Gi", "1Xi", "NaN", "Infinity", "9999E", "1e99"]
)
def test_what_is_no_amount(text: str) -> None:
    assert bytes_of(text) is None
