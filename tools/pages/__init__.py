"""What the documents let a person type, and who runs it: each command is taken from its page.

A test calls :func:`typed` for the command that it runs, so page and test cannot differ. What no
test runs stands in ``tests/commands_not_run.yaml`` with the reason.
"""

from tools.pages.blocks import (
    Command,
    Step,
    calling,
    commands,
    every_command,
    fences,
    in_prose,
    pages,
)
from tools.pages.taken import put, section, typed

__all__ = [
    "Command",
    "Step",
    "calling",
    "commands",
    "every_command",
    "fences",
    "in_prose",
    "pages",
    "put",
    "section",
    "typed",
]
