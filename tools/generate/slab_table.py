"""docs/slab.md's table of verbs and of exit codes, from the program itself."""

from __future__ import annotations

import click

from streaminglab_cli.errors import Exit
from streaminglab_cli.verbs import VERBS
from tools.generate.architecture_page import between

CODES = {
    Exit.DONE: "done",
    Exit.REFUSED: "the cluster, or a program in the lab, said no",
    Exit.USAGE: "the command line is wrong",
    Exit.NOT_THERE: "no such lab, part or topic; or several labs, and none was named",
    Exit.NO_CLUSTER: "the cluster does not answer, or does not know you",
    Exit.NOT_READY: "`why`: something is in the way; verbs that wait: it did not come in time",
    Exit.INTERRUPTED: "Ctrl-C, where that is not the usual end",
}


def slab_page(text: str) -> str:
    """The page with both tables made anew."""
    return between(between(text, "verbs", _verbs()), "exit codes", _codes())


def _verbs() -> str:
    rows = ["| verb | what it does | options of its own |", "| --- | --- | --- |"]
    for verb in VERBS:
        if not verb.hidden:
            words = " ".join([f"`{verb.name}`", *(f"`{word}`" for word in _arguments(verb))])
            rows.append(f"| {words} | {verb.get_short_help_str(200)} | {_options(verb)} |")
    return "\n".join(rows)


def _arguments(verb: click.Command) -> list[str]:
    found = [param for param in verb.params if isinstance(param, click.Argument)]
    context = click.Context(verb)
    return [param.make_metavar(context).replace("|", r"\|") for param in found]


def _options(verb: click.Command) -> str:
    found = [
        max(param.opts, key=len)
        for param in verb.params
        if isinstance(param, click.Option) and param.name not in EVERYWHERE
    ]
    return ", ".join(f"`{name}`" for name in found) or "-"


EVERYWHERE = ("namespace", "context", "lab", "output")
"""Options that the page explains once."""


def _codes() -> str:
    rows = ["| code | what it means |", "| --- | --- |"]
    return "\n".join([*rows, *(f"| {int(code)} | {text} |" for code, text in CODES.items())])
