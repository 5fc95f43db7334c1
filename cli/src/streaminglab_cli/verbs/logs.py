"""`logs`: what the pods of a part say."""

from __future__ import annotations

import click

from streaminglab_cli.errors import Exit, NotThere
from streaminglab_cli.lab import LAB_LABEL, PART_LABEL
from streaminglab_cli.options import part_names, verb
from streaminglab_cli.session import Session

FOLLOWED = 20
"""Pods at a time; kubectl's own bound is five."""


@click.command()
@click.argument("part", shell_complete=part_names)
@click.option("-f", "--follow", is_flag=True, help="Go on until Ctrl-C")
@click.option("-p", "--previous", is_flag=True, help="Of the containers that ran before these")
@click.option("--tail", default=100, show_default=True, help="Newest lines of each pod; -1: all")
@verb(output=False)
def logs(session: Session, part: str, follow: bool, previous: bool, tail: int) -> int:
    """What the pods of a PART say."""
    name = session.part(part).name
    pods = session.cluster.pods(session.lab.name, name)
    if not pods:
        raise NotThere(f"{name} has no pod now", "`kubectl slab why` says what is so")
    words = [
        "logs",
        f"--selector={LAB_LABEL}={session.lab.name},{PART_LABEL}={name}",
        f"--tail={tail}",
        f"--max-log-requests={FOLLOWED}",
    ]
    words += ["--prefix"] if len(pods) > 1 else []
    words += ["--follow"] if follow else []
    words += ["--previous"] if previous else []
    try:
        return session.kubectl.attached(*words)
    except KeyboardInterrupt:
        return Exit.DONE
