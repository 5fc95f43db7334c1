"""`why`: what keeps a lab from being Ready, and the cure."""

from __future__ import annotations

import os
from dataclasses import asdict

import click

from streaminglab_cli import rows
from streaminglab_cli.errors import Exit
from streaminglab_cli.options import verb
from streaminglab_cli.session import Session
from streaminglab_cli.speech import spoken
from streaminglab_cli.why import causes, told


@click.command()
@verb()
def why(session: Session) -> int:
    """What is in the way, and the cure.

    The exit code is 5 while something keeps the lab from being Ready. The cure is told in French
    where the shell speaks it (LANG), and in English to programs.
    """
    found = causes(session.lab)
    if session.screen.machine:
        session.screen.json([asdict(cause) for cause in found])
    elif not found:
        session.screen.line(rows.title(session.lab))
    language = spoken(os.environ)
    for number, cause in enumerate(() if session.screen.machine else found, start=1):
        session.screen.line(rows.cause(number, told(cause, session.lab.name, language)))
    return Exit.NOT_READY if found else Exit.DONE
