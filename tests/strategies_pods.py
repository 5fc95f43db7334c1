"""`spec.pods`, drawn by chance: where pods run, as the rules admit it and nearly so."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from streaminglab_operator.schema import units

Raw = dict[str, Any]

KEYS = st.from_regex(units.LABEL_KEY, fullmatch=True).filter(lambda key: len(key) <= 80)
WORDS = st.from_regex(units.LABEL_VALUE, fullmatch=True).filter(lambda word: len(word) <= 63)
NUMBERS = st.from_regex(units.WHOLE_NUMBER, fullmatch=True)
OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]


def _list(of: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(of, min_size=least, max_size=most)


def _expression(
    operators: list[str], values: st.SearchStrategy[list[str]]
) -> st.SearchStrategy[Raw]:
    found: st.SearchStrategy[Raw] = st.fixed_dictionaries(
        {"key": KEYS, "operator": st.sampled_from(operators), "values": values}
    )
    return found


def _without_values(found: Raw) -> Raw:
    return {key: value for key, value in found.items() if key != "values"}


GOOD: st.SearchStrategy[Raw] = (
    _expression(["In", "NotIn"], _list(WORDS, 1, 3))
    | _expression(["Gt", "Lt"], _list(NUMBERS, 1, 1))
    | _expression(["Exists", "DoesNotExist"], st.just([])).map(_without_values)
)
ODD = _expression(OPERATORS, _list(WORDS | NUMBERS | st.just("a b"), 0, 2))
"""What compares with a list may have none, and the other way round."""


def _nodes(expressions: st.SearchStrategy[Raw]) -> st.SearchStrategy[Raw]:
    term = st.fixed_dictionaries(
        {"matchExpressions": st.lists(expressions, min_size=1, max_size=2)}
    )
    rather = st.fixed_dictionaries({"weight": st.integers(1, 100), "preference": term})
    required = st.fixed_dictionaries({"nodeSelectorTerms": st.lists(term, max_size=2)})
    nodes = st.fixed_dictionaries(
        {},
        optional={
            "requiredDuringSchedulingIgnoredDuringExecution": required,
            "preferredDuringSchedulingIgnoredDuringExecution": st.lists(rather, max_size=2),
        },
    )
    return st.fixed_dictionaries({"nodeAffinity": nodes})


AFFINITIES = _nodes(GOOD)
ODD_AFFINITIES = _nodes(GOOD | ODD)
PODS: st.SearchStrategy[Raw] = st.fixed_dictionaries(
    {},
    optional={
        "nodeSelector": st.dictionaries(KEYS, WORDS, max_size=2),
        "tolerations": st.lists(st.fixed_dictionaries({"key": KEYS, "value": WORDS}), max_size=2),
        "affinity": AFFINITIES,
    },
)
