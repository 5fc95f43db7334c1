"""The layers and contracts on the architecture page."""

import pytest

from tools.generate.contracts_table import (
    Contract,
    contracts,
    contracts_table,
    layers_block,
    names_of,
    said,
)


def test_the_layers_are_those_of_the_operator_with_what_is_above_first() -> None:
    lines = layers_block().splitlines()
    assert (lines[0], lines[1], lines[-2], lines[-1]) == ("```text", "__main__", "errors", "```")
    assert "handlers   engine   adapters" in lines


def test_every_contract_has_its_row_and_their_number_is_said() -> None:
    table = contracts_table()
    assert table.startswith(f"The {len(contracts())} contracts:")
    rows = table.splitlines()[4:]
    assert [row.split(" | ")[0] for row in rows] == [f"| {c['name']}" for c in contracts()]


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        (
            {"type": "layers", "containers": ["x"], "exhaustive": True, "layers": ["a", "b | (c)"]},
            "in `x`: `a` > `b`, `c`; no module stands beside them",
        ),
        ({"type": "independence", "modules": ["a", "b"]}, "none of `a`, `b` imports another"),
        (
            {"type": "acyclic_siblings", "ancestors": ["a", "b"]},
            "in `a`, `b`: whatever imports another is not imported by it",
        ),
        (
            {"type": "forbidden", "source_modules": ["a"], "forbidden_modules": ["b", "c"]},
            "`a`: no import of `b`, `c`",
        ),
        (
            {
                "type": "forbidden",
                "source_modules": ["a"],
                "forbidden_modules": ["b"],
                "allow_indirect_imports": True,
            },
            "`a`: no direct import of `b`",
        ),
    ],
)
def test_a_contract_is_said_in_words(contract: Contract, words: str) -> None:
    assert said(contract) == words


def test_a_kind_of_contract_that_nobody_can_say_is_an_error() -> None:
    with pytest.raises(KeyError):
        said({"type": "acyclic"})


def test_a_layer_may_hold_several_modules() -> None:
    assert names_of("a.b : c | (d)") == ["a.b", "c", "d"]
