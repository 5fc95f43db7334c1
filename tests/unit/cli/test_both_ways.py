"""Each verb is run end to end in a pipe, on a terminal and for a program: by test_slab.py."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import pytest

from streaminglab_cli.verbs import VERBS
from tools.shell.paths import ROOT

SOURCE = (ROOT / "tests/e2e/test_slab.py").read_text(encoding="utf-8")
PIPE, TERMINAL, PROGRAM = "pipe", "terminal", "program"
SHOWN = [verb for verb in VERBS if not verb.hidden]
NAMES = sorted(verb.name or "" for verb in SHOWN)
TEXT_ALONE = {"logs", "completion"}
"""What a program prints for them is no JSON: the words of pods, and a shell's script."""


def runs(source: str) -> set[tuple[str, str]]:
    """Verbs that are run, and how: `slab("list")`, `slab.json("list")` and a list that begins with
    the program are pipes; `slab.terminal("list")` and `on_a_terminal(slab, "list")` are none."""
    found = set[tuple[str, str]]()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Name(id="slab"), args=[ast.Constant(value=str() as verb), *more]
            ):
                found |= in_a_pipe(verb, more)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="slab"), attr="json" | "terminal" as how),
                args=[ast.Constant(value=str() as verb), *_],
            ):
                found |= {(verb, PIPE), (verb, PROGRAM)} if how == "json" else {(verb, TERMINAL)}
            case ast.Call(
                func=ast.Name(id="on_a_terminal"), args=[_, ast.Constant(value=str() as verb), *_]
            ):
                found.add((verb, TERMINAL))
            case ast.List(elts=[ast.Starred(), ast.Constant(value=str() as verb), *more]):
                found |= in_a_pipe(verb, more)
    return found


def in_a_pipe(verb: str, more: Sequence[ast.expr]) -> set[tuple[str, str]]:
    """By a program that asks for JSON, too."""
    words = [one.value for one in more if isinstance(one, ast.Constant)]
    return {(verb, PIPE), *([(verb, PROGRAM)] if "json" in words else [])}


@pytest.mark.parametrize("how", [PIPE, TERMINAL])
def test_every_verb_is_run(how: str) -> None:
    assert [name for name in NAMES if (name, how) not in runs(SOURCE)] == []
    assert len(NAMES) > 15


def test_every_verb_is_run_for_a_program_but_those_that_print_text_alone() -> None:
    json = {verb.name or "" for verb in SHOWN if any(one.name == "output" for one in verb.params)}
    assert json == set(NAMES) - TEXT_ALONE
    assert [name for name in sorted(json) if (name, PROGRAM) not in runs(SOURCE)] == []


def test_the_check_sees_a_verb_that_is_not_run() -> None:
    source = """
slab("a"); slab.json("b", "x"); on_a_terminal(slab, "c"); run([*slab.command, "d", "-o", "json"])
with slab.terminal("e", more={}): pass
other("f"); slab(words); other.json("g"); on_a_terminal(slab, *words)
"""
    pipes, terminals = {("a", PIPE), ("b", PIPE), ("d", PIPE)}, {("c", TERMINAL), ("e", TERMINAL)}
    assert runs(source) == pipes | terminals | {("b", PROGRAM), ("d", PROGRAM)}
