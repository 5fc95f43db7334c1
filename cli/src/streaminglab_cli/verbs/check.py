"""`check`: how far the exercises of a lab are."""

from __future__ import annotations

import os

import click

from streaminglab_cli import exercises
from streaminglab_cli.errors import NotThere
from streaminglab_cli.options import verb
from streaminglab_cli.session import Session
from streaminglab_cli.speech import spoken


@click.command()
@verb()
def check(session: Session) -> None:
    """Which exercises are passed, and what helps."""
    lab = session.lab
    found = exercises.of(lab)
    if found is None and not lab.spec.get("exercises"):
        raise NotThere(f"the lab {lab.name} has no exercises", "spec.exercises names a set of them")
    if found is None:
        raise NotThere(
            f"the page of the lab {lab.name} has not looked at its exercises yet",
            "`kubectl slab why` says whether the page runs",
        )
    if session.screen.machine:
        session.screen.json(found)
        return
    session.screen.line(exercises.title(lab, found))
    if problem := found.get("problem"):
        session.screen.note(f"the set cannot be used: {problem}")
    body = exercises.rows(found, spoken(os.environ))
    session.screen.table(exercises.COLUMNS, body)
