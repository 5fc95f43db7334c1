"""`completion`: what makes the Tab key complete verbs, labs and parts."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from streaminglab_cli import completing
from streaminglab_cli.errors import SlabError

PROGRAM, VARIABLE = "kubectl-slab", "_KUBECTL_SLAB_COMPLETE"
FOR_KUBECTL = """\
#!/bin/sh
# kubectl runs this for `kubectl slab <Tab>`: name it kubectl_complete-slab, make it executable,
# and put it into a folder of the PATH.
exec kubectl-slab candidates -- "$@"
"""


@click.command()
@click.argument("shell", type=click.Choice(["kubectl", "bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes Tab complete.

    For `kubectl slab`: kubectl. For `kubectl-slab` in a shell: bash, zsh, fish.
    """
    if shell == "kubectl":
        click.echo(FOR_KUBECTL, nl=False)
        return
    found = get_completion_class(shell)
    if found is None:
        raise SlabError(f"there is no completion for {shell}")
    click.echo(found(click.Group(), {}, PROGRAM, VARIABLE).source())


@click.command(hidden=True)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def candidates(context: click.Context, words: tuple[str, ...]) -> None:
    """What kubectl asks for on Tab."""
    click.echo(completing.candidates(context.find_root().command, words))
