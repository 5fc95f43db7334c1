"""docs/reference/administrators-commands.md: each command of the administrators' pages, and what
runs it: a test that takes it from its page, or the reason why none does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tools.pages.blocks import Command, commands
from tools.pages.claims import Claim, claims
from tools.pages.excused import Reason, excuses

PAGES = ("docs/admin.md", "docs/onyxia.md")
HEAD = """# Who runs the commands of the administrators' pages

Each command that [admin.md](../admin.md) and [onyxia.md](../onyxia.md) print, in their order. A
test takes it from the page word for word, and puts in its own names:
[how](../developer.md#commands-in-the-documents).
"""


def runners_page() -> str:
    """The page, from the documents and the tests as they are."""
    run = _by_command(claims())
    why = {command: excuse.reason for excuse in excuses() for command in excuse.commands()}
    return HEAD + "".join(_of_page(page, run, why) for page in PAGES)


def _by_command(found: tuple[Claim, ...]) -> Mapping[Command, tuple[str, ...]]:
    by: dict[Command, tuple[str, ...]] = {}
    for claim in found:
        for command in claim.commands():
            path = str(claim.path)
            by[command] = (*(known for known in by.get(command, ()) if known != path), path)
    return by


def _of_page(
    page: str, run: Mapping[Command, tuple[str, ...]], why: Mapping[Command, Reason]
) -> str:
    rows = "\n".join(_rows(page, run, why))
    return f"\n## {page}\n\n| command | run by |\n| --- | --- |\n{rows}\n"


def _rows(
    page: str, run: Mapping[Command, tuple[str, ...]], why: Mapping[Command, Reason]
) -> Iterator[str]:
    for command in typed(page):
        by = ", ".join(f"[{path[6:]}](../../{path})" for path in run.get(command, ()))
        reason = f"no test: it {why[command].words}" if command in why else "no test"
        yield f"| {shown(command.text)} | {by or reason} |"


def typed(page: str) -> Iterator[Command]:
    """The commands of a page, each once, without the lines that are a command's input."""
    known: set[str] = set()
    inside = False
    for command in commands(page):
        if not inside and command.text not in known:
            known.add(command.text)
            yield command
        inside = command.text.endswith("<<EOF") or (inside and command.text != "EOF")


def shown(text: str) -> str:
    """The first line of a command, as a cell of a table holds it."""
    first, _, more = text.partition("\n")
    cut = f"{first.removesuffix(chr(92)).rstrip()} ..." if more else first
    return f"`{cut}`".replace("|", "\\|")
