"""`lag`: how far consumer groups are behind."""

from __future__ import annotations

import click

from streaminglab_cli import kafka
from streaminglab_cli.errors import NotThere
from streaminglab_cli.options import verb
from streaminglab_cli.session import Session
from streaminglab_cli.topics import exec_words


@click.command()
@click.argument("group", required=False)
@verb()
def lag(session: Session, group: str | None) -> None:
    """How far consumer groups are behind.

    All of them, or one GROUP.
    """
    words = ["--describe", *(["--group", group] if group else ["--all-groups"])]
    command = kafka.tool("kafka-consumer-groups", *words)
    text = session.kubectl.read(*exec_words(session, command))
    if group and kafka.no_group(text):
        raise NotThere(
            f"there is no group {group}", "`kubectl slab lag` lists those that there are"
        )
    found = kafka.lag(text)
    if session.screen.machine:
        session.screen.json(found)
    elif not found:
        session.screen.note("no consumer group has read anything yet")
    else:
        session.screen.table(kafka.LAG_COLUMNS, [list(row.values()) for row in found])
