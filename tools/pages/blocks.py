"""Fenced blocks of the documents, and the commands in them."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from tools.shell.paths import ROOT

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
SAID = re.compile(r" {2,}# .*$")
"""A word on a command, behind it."""
PROMPT = "$ "
FRENCH = ".fr.md"
"""How the name of a French page ends."""
IN_PROSE = re.compile(r"`(kubectl [^`\n]+)`")
UNSAID = re.compile(r"<|\.\.\.|\bFILE\b| -f$")
"""What prose leaves to the reader."""
SHORTEST = 3
"""`kubectl delete slab` is a way to speak of it."""
BEGIN, END = re.compile(r"\bdo\b"), re.compile(r"\bdone\b")


class Fence(NamedTuple):
    """A fenced block: ``line`` is that of its first line of text, counted from 1."""

    page: str
    line: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its continued lines, without the word on it."""

    page: str
    line: int
    text: str

    @property
    def place(self) -> str:
        """As compilers say it."""
        return f"{self.page}:{self.line}"


class Step(NamedTuple):
    """A block of commands, and what the page shows of them; empty: nothing is shown."""

    commands: tuple[Command, ...]
    output: str


@cache
def pages() -> tuple[str, ...]:
    """The documents that people read, relative to the repository's root."""
    found = [*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
    return tuple(sorted(str(path.relative_to(ROOT)) for path in found))


@cache
def text_of(page: str) -> str:
    """A page as it is."""
    return (ROOT / page).read_text(encoding="utf-8")


def fences(page: str, text: str | None = None) -> Iterator[Fence]:
    """The fenced blocks of a page, or of ``text`` as if it stood there."""
    whole = text_of(page) if text is None else text
    for match in FENCE.finditer(whole):
        line = whole.count("\n", 0, match.start()) + 2
        yield Fence(page, line, match[2], textwrap.dedent(match[3]))


@cache
def commands(page: str) -> tuple[Command, ...]:
    """What a page lets somebody type, in order."""
    return tuple(command for fence in fences(page) for command in commands_of(fence))


def every_command() -> tuple[Command, ...]:
    """Of all pages."""
    return tuple(command for page in pages() for command in commands(page))


def in_english(command: Command) -> tuple[Command, ...]:
    """The same command, word for word, in the English page of a French one: who runs that one runs
    this one. Empty: it is of no French page, or says something else there."""
    page = command.page.replace(FRENCH, ".md")
    if page == command.page or page not in pages():
        return ()
    return tuple(found for found in commands(page) if found.text == command.text)


def calling(program: str) -> tuple[Command, ...]:
    """The commands in which a program is called, be it inside a loop or in ``$(...)``."""
    word = re.compile(rf"\b{re.escape(program)}\b(?!/)")
    return tuple(command for command in every_command() if word.search(command.text))


def in_prose() -> tuple[Command, ...]:
    """Whole commands with kubectl that stand in the text of the pages, not in a block: a verb, what
    it is done to, and nothing left open. The pages on decisions tell of what was."""
    found: list[Command] = []
    for page in pages():
        if "/decisions/" in page:
            continue
        text = FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), text_of(page))
        for match in IN_PROSE.finditer(text):
            words = match[1].replace("\\|", "|")
            if not UNSAID.search(words) and len(words.split()) > SHORTEST:
                found.append(Command(page, text.count("\n", 0, match.start()) + 1, words))
    return tuple(found)


def commands_of(fence: Fence) -> Iterator[Command]:
    """The commands of a block of ``sh``, or those behind ``$`` in one of ``console``."""
    if fence.language not in ("sh", "console"):
        return
    lines = fence.text.splitlines()
    if fence.language == "console":
        lines = [line[len(PROMPT) :] if line.startswith(PROMPT) else "" for line in lines]
    text, begin = "", 0
    for number, line in enumerate(lines):
        begin = begin if text else number
        text += line if not text else f"\n{line}"
        if whole(text):
            bare = text if not whole(cut := SAID.sub("", text)) else cut
            if bare.strip() and not bare.startswith("#"):
                yield Command(fence.page, fence.line + begin, bare.rstrip())
            text = ""
    if text:
        raise ValueError(f"{fence.page}:{fence.line + begin}: {text!r} is no whole command")


def whole(text: str) -> bool:
    """Whether a shell would run it: no line goes on, quotes and loops are closed."""
    if text.endswith("\\"):
        return False
    if text.startswith("#"):
        return True
    try:
        words = " ".join(shlex.split(text, comments=True))
    except ValueError:
        return False
    return len(BEGIN.findall(words)) == len(END.findall(words))
