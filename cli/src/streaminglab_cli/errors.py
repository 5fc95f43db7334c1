"""What a verb ends with: exit codes, and errors as one sentence with what to do."""

from __future__ import annotations

from enum import IntEnum

import click


class Exit(IntEnum):
    """The program's exit codes; docs/slab.md lists them."""

    DONE = 0
    REFUSED = 1
    """The cluster, or a program in the lab, said no."""
    USAGE = 2
    """The command line is wrong (click's own code for it)."""
    NOT_THERE = 3
    """No such lab, part or topic; or it cannot be told which lab is meant."""
    NO_CLUSTER = 4
    """No kubeconfig, no answer, or the cluster does not know who asks."""
    NOT_READY = 5
    """`why`: something is in the way. Verbs that wait: it did not come in time."""
    INTERRUPTED = 130


class SlabError(click.ClickException):
    """``message``: one plain sentence. ``cure``: what to do about it, if something can be done."""

    exit_code = int(Exit.REFUSED)

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(f"{message}: {cure}" if cure else message)


class Conflict(SlabError):
    """An object is no longer as it was read."""


class NotThere(SlabError):
    """An object is not there, or it cannot be told which one is meant."""

    exit_code = int(Exit.NOT_THERE)


class NoCluster(SlabError):
    """The cluster cannot be asked."""

    exit_code = int(Exit.NO_CLUSTER)


class NotReady(SlabError):
    """What was waited for did not come."""

    exit_code = int(Exit.NOT_READY)
