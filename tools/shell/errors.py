"""The one error of the tools: what is in the way, and what a person can do about it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

TAIL_LINES = 20
"""Lines of a failed command's output that are shown."""


class ToolError(Exception):
    """Something is in the way; `cause` says what, `cure` says what to do about it."""

    def __init__(self, cause: str, cure: str = "") -> None:
        super().__init__(f"{cause}\n  cure: {cure}" if cure else cause)
        self.cause = cause
        self.cure = cure


class MissingToolError(ToolError):
    """A program of the host is missing, and it cannot be installed from here."""

    def __init__(self, tool: str, cure: str) -> None:
        super().__init__(f"the program `{tool}` is missing on this machine", cure)
        self.tool = tool


class CommandError(ToolError):
    """A command ended with a status other than 0; `tail` is the end of what it printed."""

    def __init__(self, words: Sequence[str], status: int, output: str) -> None:
        last = output.strip().splitlines()[-TAIL_LINES:]
        self.status = status
        self.tail = "\n".join(last)
        shown = "\n".join(f"    {line}" for line in last)
        command = shlex.join(words[:6])
        super().__init__(f"`{command}` ended with status {status}; its last lines:\n{shown}")
