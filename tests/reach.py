"""What a test runs, read from its source: the commands that it claims from the pages, and the texts
in it and in everything of the tests that it calls, takes as a fixture or names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tools.pages.claims import claims
from tools.shell.paths import ROOT

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


class Place(NamedTuple):
    """A definition of a module of the tests."""

    path: str
    name: str


class Module(NamedTuple):
    """``known``: what it defines, by name; ``others``: what it has from another one. An empty name
    is a whole module."""

    known: dict[str, list[Definition]]
    others: dict[str, Place]


class Reach(NamedTuple):
    """``commands``: of the pages; ``texts``: strings, and names of arguments."""

    commands: frozenset[str]
    texts: frozenset[str]

    def runs(self, command: str) -> bool:
        """Whether a command of the pages that it runs begins so."""
        return any(found.startswith(command) for found in self.commands)

    def says(self, words: str) -> bool:
        """Whether these words stand in a command or a text."""
        return any(words in found for found in (*self.commands, *self.texts))


@cache
def reach(test: str) -> Reach:
    """Of a test, as `tests/e2e/test_x.py::test_y`. LookupError: there is none."""
    path, _, name = test.partition("::")
    if not name.startswith("test_") or name not in _module(path).known:
        raise LookupError(f"no such test: {test}")
    found = list(_reached(Place(path, name)))
    commands = {
        command
        for path, part in found
        for line, command in _claimed(path)
        if part.lineno <= line <= (part.end_lineno or part.lineno)
    }
    return Reach(frozenset(commands), frozenset(text for _, part in found for text in _texts(part)))


@cache
def _claimed(path: str) -> tuple[tuple[int, str], ...]:
    """Line and text of each command that a file of tests runs."""
    ours = [claim for claim in claims() if str(claim.path) == path]
    return tuple((claim.line, command.text) for claim in ours for command in claim.commands())


def _reached(first: Place) -> Iterator[tuple[str, Definition]]:
    todo, seen = [first], {first}
    while todo:
        path, name = todo.pop()
        for part in _module(path).known.get(name, ()):
            yield path, part
            new = {place for place in _named(part, path) if place not in seen}
            todo += new
            seen |= new


def _named(part: Definition, path: str) -> Iterator[Place]:
    others = _module(path).others
    for node in ast.walk(part):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                yield others.get(name, Place(path, name))
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in others:
                yield Place(others[name].path, attribute)


def _texts(part: Definition) -> Iterator[str]:
    for node in ast.walk(part):
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.keyword(arg=str(name)):
                yield name


@cache
def _module(path: str) -> Module:
    if not (ROOT / path).is_file():
        raise LookupError(f"no such file of tests: {path}")
    known: dict[str, list[Definition]] = {}
    others: dict[str, Place] = {}
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                known.setdefault(node.name, []).append(node)
            case ast.Assign() | ast.AnnAssign():
                goals = node.targets if isinstance(node, ast.Assign) else [node.target]
                for name in (one for goal in goals for one in ast.walk(goal)):
                    if isinstance(name, ast.Name):
                        known.setdefault(name.id, []).append(node)
            case ast.ImportFrom(module=str(module)) if module.startswith("tests"):
                others |= _imported(module, [(name.name, name.asname) for name in node.names])
    return Module(known, others)


def _imported(module: str, names: list[tuple[str, str | None]]) -> Iterator[tuple[str, Place]]:
    folder = Path(*module.split("."))
    for name, other in names:
        whole = (folder / f"{name}.py", "")
        path, own = whole if (ROOT / whole[0]).is_file() else (folder.with_suffix(".py"), name)
        if (ROOT / path).is_file():
            yield other or name, Place(str(path), own)
