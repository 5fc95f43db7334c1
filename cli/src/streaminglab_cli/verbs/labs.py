"""`list`: the labs of a namespace, in kubectl's columns."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from streaminglab_cli import rows
from streaminglab_cli.options import verb
from streaminglab_cli.session import Session


@click.command("list")
@click.option("-A", "--all-namespaces", "everywhere", is_flag=True, help="Those of the cluster")
@verb(lab=False)
def list_labs(session: Session, everywhere: bool) -> None:
    """The labs that there are."""
    found = session.cluster.labs(everywhere=everywhere)
    if session.screen.machine:
        session.screen.json([lab.raw for lab in found])
    elif not found:
        session.screen.note(f"no lab in namespace {session.cluster.namespace}")
    else:
        head = ("NAMESPACE", *rows.LABS) if everywhere else rows.LABS
        session.screen.table(head, rows.labs(found, datetime.now(UTC), namespaced=everywhere))
