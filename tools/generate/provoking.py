"""Which test provokes which reason, read from the marks of the component tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from streaminglab_operator.api.reasons import Reason

ROOT = Path(__file__).resolve().parents[2]
TESTS = Path("tests/component")
MARK = "provokes"


class Provoking(NamedTuple):
    """A test that has a lab's status say a reason, by the file that it stands in."""

    path: Path
    test: str


@cache
def provoking() -> Mapping[Reason, tuple[Provoking, ...]]:
    """Every reason, in the table's order, with its tests; none where no test is marked with it.

    Raises KeyError naming a mark's word that is no member of Reason.
    """
    found: dict[Reason, tuple[Provoking, ...]] = dict.fromkeys(Reason, ())
    for path in sorted((ROOT / TESTS).rglob("test_*.py")):
        for test, reason in marks(path.read_text(encoding="utf-8")):
            by = Provoking(path.relative_to(ROOT), test)
            found[reason] += () if by in found[reason] else (by,)
    return found


def marks(source: str) -> Iterator[tuple[str, Reason]]:
    """Test and reason of every `pytest.mark.provokes(Reason.X, ...)` over a test of a module, be it
    a decorator or the `marks` of one of its parameters."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in function.decorator_list:
                for reason in _reasons(decorator):
                    yield function.name, reason


def _reasons(decorator: ast.expr) -> Iterator[Reason]:
    for node in ast.walk(decorator):
        match node:
            case ast.Call(func=ast.Attribute(attr=name), args=arguments) if name == MARK:
                yield from (Reason[a.attr] for a in arguments if isinstance(a, ast.Attribute))
