"""Completion of `kubectl slab <Tab>`: kubectl asks a program `kubectl_complete-slab`.

It calls it with the words so far and reads what Cobra's own completion prints: a candidate a line,
a tab and a help text, and at last a colon with a directive (kubectl's pkg/cmd/plugin_completion.go;
Cobra, "Shell completion").
"""

from __future__ import annotations

from collections.abc import Sequence

import click
from click.shell_completion import ShellComplete

NO_FILES, FILES = ":4", ":0"
"""Cobra's ShellCompDirectiveNoFileComp and ShellCompDirectiveDefault."""


def candidates(program: click.Command, words: Sequence[str]) -> str:
    """The answer to kubectl. The last word is the one that is being typed, and may be empty."""
    *before, begun = words or ("",)
    found = ShellComplete(program, {}, "", "").get_completions(list(before), begun)
    lines = [f"{item.value}\t{item.help or ''}".rstrip() for item in found if item.type == "plain"]
    files = any(item.type in ("file", "dir") for item in found)
    return "\n".join([*lines, FILES if files else NO_FILES])
