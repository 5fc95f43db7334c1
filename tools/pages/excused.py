"""What no test runs, and why: ``tests/commands_not_run.yaml``, page by page."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from tools.pages.blocks import Command
from tools.pages.taken import beginning
from tools.shell.paths import ROOT

EXCUSED = Path("tests/commands_not_run.yaml")


class Reason(StrEnum):
    """Why no test runs a command; there is no other reason."""

    REGISTRY = "registry"
    BROWSER = "browser"
    ROOT = "root"
    CLUSTER = "cluster"
    ENDS = "ends"
    BENCH = "bench"
    LONG = "long"
    PERSON = "person"
    PROGRAM = "program"
    PLUGIN = "plugin"

    @property
    def words(self) -> str:
        """For who reads the count."""
        return _WORDS[self]


_WORDS = {
    Reason.REGISTRY: "needs a registry of one's own",
    Reason.BROWSER: "needs a browser",
    Reason.ROOT: "needs root, or a machine of one's own",
    Reason.CLUSTER: "changes a whole cluster, in which other tests run",
    Reason.ENDS: "ends the run that it would be part of",
    Reason.BENCH: "is run by `make bench`",
    Reason.LONG: "takes longer than a test may",
    Reason.PERSON: "asks somebody for a password",
    Reason.PROGRAM: "needs a program that cannot be had here",
    Reason.PLUGIN: "is of kubectl slab, whose tests build, install and run it themselves",
}


class Excuse(NamedTuple):
    """A command of a page, by its beginning, and why no test runs it."""

    page: str
    begin: str
    reason: Reason

    def commands(self) -> list[Command]:
        """The commands that it excuses."""
        return beginning(self.page, self.begin)


@cache
def excuses() -> tuple[Excuse, ...]:
    """All of them. ValueError for a reason that there is not."""
    data = yaml.safe_load((ROOT / EXCUSED).read_text(encoding="utf-8"))
    return tuple(
        Excuse(page, begin, Reason(reason))
        for page, entries in data.items()
        for begin, reason in entries.items()
    )
