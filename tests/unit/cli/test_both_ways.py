"""Each verb is run end to end in a pipe and on a terminal: what tests/e2e/test_slab.py runs."""

from __future__ import annotations

import ast

import pytest

from streaminglab_cli.verbs import VERBS
from tools.shell.paths import ROOT

SOURCE = (ROOT / "tests/e2e/test_slab.py").read_text(encoding="utf-8")
PIPE, TERMINAL = "pipe", "terminal"
NAMES = sorted(verb.name or "" for verb in VERBS if not verb.hidden)


def runs(source: str) -> set[tuple[str, str]]:
    """Verbs that are run, and how: `slab("list")`, `slab.json("list")` and a list that begins with
    the program are pipes; `slab.terminal("list")` and `on_a_terminal(slab, "list")` are none."""
    found = set[tuple[str, str]]()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="slab"), args=[ast.Constant(value=str() as verb), *_]):
                found.add((verb, PIPE))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="slab"), attr="json" | "terminal" as how),
                args=[ast.Constant(value=str() as verb), *_],
            ):
                found.add((verb, PIPE if how == "json" else TERMINAL))
            case ast.Call(
                func=ast.Name(id="on_a_terminal"), args=[_, ast.Constant(value=str() as verb), *_]
            ):
                found.add((verb, TERMINAL))
            case ast.List(elts=[ast.Starred(), ast.Constant(value=str() as verb), *_]):
                found.add((verb, PIPE))
    return found


@pytest.mark.parametrize("how", [PIPE, TERMINAL])
def test_every_verb_is_run(how: str) -> None:
    assert [name for name in NAMES if (name, how) not in runs(SOURCE)] == []
    assert len(NAMES) > 15


def test_the_check_sees_a_verb_that_is_not_run() -> None:
    source = """
slab("a"); slab.json("b", "x"); on_a_terminal(slab, "c"); run([*slab.command, "d"])
with slab.terminal("e", more={}): pass
other("f"); slab(words); other.json("g"); on_a_terminal(slab, *words)
"""
    pipes, terminals = {("a", PIPE), ("b", PIPE), ("d", PIPE)}, {("c", TERMINAL), ("e", TERMINAL)}
    assert runs(source) == pipes | terminals
