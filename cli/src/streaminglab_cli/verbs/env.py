"""`env`: addresses, users, passwords and tokens as lines that a shell reads."""

from __future__ import annotations

import click

from streaminglab_cli.logins import SHELLS, lines, variables
from streaminglab_cli.options import verb
from streaminglab_cli.session import Session


@click.command()
@click.option("--outside", is_flag=True, help="Kafka's address for clients outside the cluster")
@click.option(
    "--shell",
    type=click.Choice(list(SHELLS)),
    default="sh",
    show_default=True,
    help="Who reads the lines",
)
@verb()
def env(session: Session, outside: bool, shell: str) -> None:
    """Addresses and logins as shell lines.

    Use it as: eval "$(kubectl slab env)"
    """
    lab = session.lab
    found = variables(lab, session.cluster.secret(lab.secret), outside=outside)
    if session.screen.machine:
        session.screen.json(found)
        return
    for line in lines(found, shell):
        session.screen.line(line)
