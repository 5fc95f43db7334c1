"""The program: its verbs in order of use, and what its errors end with."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from streaminglab_cli import __version__
from streaminglab_cli.errors import Exit
from streaminglab_cli.options import where
from streaminglab_cli.verbs import VERBS

NAME = "kubectl slab"
COMPLETE = "_KUBECTL_SLAB_COMPLETE"
"""By this variable a shell asks click's completion (click, "Shell Completion")."""


class InOrder(click.Group):
    """A group that lists its verbs as they were added, and not by letter."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@where
@click.version_option(__version__, prog_name=NAME)
def program(**_: object) -> None:
    """See, open and change a StreamingLab.

    The lab need not be named where the namespace has exactly one.
    """


for _verb in VERBS:
    program.add_command(_verb)


def run(words: Sequence[str]) -> int:
    """Carry out a command line; the exit code."""
    try:
        done = program.main(
            list(words), prog_name=NAME, complete_var=COMPLETE, standalone_mode=False
        )
        return done if isinstance(done, int) else Exit.DONE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo(err=True)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Who read us has seen enough, as `head` does. What is still in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
