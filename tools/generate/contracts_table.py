"""The layers and the contracts in docs/architecture.md, from the import-linter's configuration."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
OPERATOR = "streaminglab_operator"
Contract = Mapping[str, Any]


def contracts() -> list[Contract]:
    """Every contract of pyproject.toml, as it stands there."""
    read: dict[str, Any] = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    found: list[Contract] = read["tool"]["importlinter"]["contracts"]
    return found


def layers_block() -> str:
    """The layers of the operator, one a line, what is above first."""
    (own,) = (c for c in contracts() if c.get("containers") == [OPERATOR])
    lines = ["   ".join(names_of(layer)) for layer in own["layers"]]
    return "\n".join(["```text", *lines, "```"])


def contracts_table() -> str:
    """One row for each contract, and how many there are."""
    every = contracts()
    rows = [
        f"The {len(every)} contracts:",
        "",
        "| contract | what it says |",
        "| --- | --- |",
        *(f"| {contract['name']} | {said(contract)} |" for contract in every),
    ]
    return "\n".join(rows)


def said(contract: Contract) -> str:
    """One contract in words. KeyError for a type that is not known here."""
    words = {
        "layers": _layers,
        "forbidden": _forbidden,
        "independence": _independence,
        "acyclic_siblings": _acyclic,
    }
    return words[contract["type"]](contract)


def names_of(layer: str) -> list[str]:
    """The modules of a layer: bars and colons stand between them, brackets round optional ones."""
    return [name.strip(" ()") for name in layer.replace(":", "|").split("|")]


def _layers(contract: Contract) -> str:
    above = " > ".join(_listed(names_of(layer)) for layer in contract["layers"])
    inside = f"in {_listed(contract['containers'])}: " if "containers" in contract else ""
    rest = "; no module stands beside them" if contract.get("exhaustive") else ""
    return f"{inside}{above}{rest}"


def _forbidden(contract: Contract) -> str:
    how = "no direct import of" if contract.get("allow_indirect_imports") else "no import of"
    sources = _listed(contract["source_modules"])
    return f"{sources}: {how} {_listed(contract['forbidden_modules'])}"


def _independence(contract: Contract) -> str:
    return f"none of {_listed(contract['modules'])} imports another"


def _acyclic(contract: Contract) -> str:
    return f"in {_listed(contract['ancestors'])}: whatever imports another is not imported by it"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name.removeprefix(f'{OPERATOR}.')}`" for name in names)
