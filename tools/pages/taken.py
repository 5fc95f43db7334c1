"""A command for a test, as it stands in its page."""

from __future__ import annotations

from collections.abc import Mapping

from tools.pages.blocks import Command, Step, commands, commands_of, fences, text_of


def typed(page: str, begin: str) -> str:
    """The one command of a page that begins so. LookupError when there is none, or two that
    differ: a test then runs what nobody reads."""
    found = {command.text for command in beginning(page, begin)}
    if len(found) != 1:
        raise LookupError(f"{page} has {len(found)} commands that begin with {begin!r}")
    return found.pop()


def beginning(page: str, begin: str) -> list[Command]:
    """The commands of a page that begin so, or that are this and no more: the same one may stand
    there twice."""
    found = [command for command in commands(page) if command.text.startswith(begin)]
    return [command for command in found if command.text == begin] or found


def put(command: str, words: Mapping[str, str]) -> str:
    """A command with the reader's own words instead of the page's. LookupError for a word that
    the command has not."""
    for word, instead in words.items():
        if word not in command:
            raise LookupError(f"{command!r} has no word {word!r}")
        command = command.replace(word, instead)
    return command


def section(page: str, begin: str, end: str) -> list[Step]:
    """What is typed between two headings of a page, block by block, and what is shown of it.
    LookupError when nothing is."""
    before, _, rest = text_of(page).partition(f"\n{begin}\n")
    part = rest.partition(f"\n{end}\n")[0]
    skipped = before.count("\n") + 2
    steps: list[Step] = []
    for fence in fences(page, part):
        found = tuple(commands_of(fence._replace(line=fence.line + skipped)))
        if found:
            steps.append(Step(found, ""))
        elif fence.language == "text" and steps:
            steps[-1] = steps[-1]._replace(output=fence.text)
    if not steps:
        raise LookupError(f"{page} has no commands between {begin} and {end}")
    return steps
