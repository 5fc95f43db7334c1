"""Which tests run which commands, read from the calls of `typed` and `section` in the tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tools.pages.blocks import Command
from tools.pages.taken import beginning, section, typed
from tools.shell.paths import ROOT

TESTS = Path("tests")
TAKERS = {"typed": 2, "section": 3}
"""Functions of this package that take commands from a page, and how many texts they want."""


class Claim(NamedTuple):
    """A call in a test: its file and line, the function, and its texts."""

    path: Path
    line: int
    name: str
    words: tuple[str, ...]

    @property
    def tier(self) -> str:
        """The folder of tests that the file is in: unit, charts, component or e2e."""
        return self.path.parts[1]

    def commands(self) -> list[Command]:
        """What it takes from its page. LookupError when the page has it no more."""
        if self.name == "section":
            return [command for step in section(*self.words) for command in step.commands]
        try:
            typed(*self.words)
        except LookupError as error:
            raise LookupError(f"{self.path}:{self.line}: {error}") from error
        return beginning(*self.words)


@cache
def claims() -> tuple[Claim, ...]:
    """Of all tests, in order."""
    found: list[Claim] = []
    for path in sorted((ROOT / TESTS).rglob("*.py")):
        relative = path.relative_to(ROOT)
        found += claims_in(path.read_text(encoding="utf-8"), relative)
    return tuple(found)


def claims_in(source: str, path: Path) -> Iterator[Claim]:
    """The calls of one module that imports them from here. ValueError where a text is neither
    written out nor a constant of the module: then nobody sees which command is run."""
    if "tools.pages" not in source:
        return  # It imports none of them, and most modules do not.
    module = ast.parse(source)
    known = _imported(module)
    constants = _constants(module)
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in known:
                words = tuple(_text(argument, constants, path) for argument in arguments)
                if len(words) != TAKERS[name]:
                    raise ValueError(f"{path}:{node.lineno}: {name} wants {TAKERS[name]} texts")
                yield Claim(path, node.lineno, name, words)


def _imported(module: ast.Module) -> set[str]:
    found = (node for node in module.body if isinstance(node, ast.ImportFrom))
    ours = (node for node in found if (node.module or "").startswith("tools.pages"))
    return {alias.name for node in ours for alias in node.names} & set(TAKERS)


def _constants(module: ast.Module) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for node in module.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                found[name] = text
    return found


def _text(node: ast.expr, constants: Mapping[str, str], path: Path) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name) if name in constants:
            return constants[name]
    raise ValueError(f"{path}:{node.lineno}: write out which command of which page is run")
