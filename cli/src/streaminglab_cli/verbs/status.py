"""`status`: the parts of a lab; live with --watch."""

from __future__ import annotations

import click

from streaminglab_cli import rows
from streaminglab_cli.lab import Lab
from streaminglab_cli.options import verb
from streaminglab_cli.screen import Screen
from streaminglab_cli.session import Session


@click.command()
@click.option("-w", "--watch", is_flag=True, help="Go on, and show each change, until Ctrl-C")
@click.option("--until-ready", is_flag=True, help="With --watch: end when the lab is Ready")
@verb()
def status(session: Session, watch: bool, until_ready: bool) -> None:
    """The parts of the lab, and how each is."""
    if not (watch or until_ready):
        _once(session.screen, session.lab)
        return
    name = session.lab.name
    try:
        with session.screen.redrawn():
            for lab in session.cluster.follow(name):
                _again(session.screen, lab)
                if until_ready and lab.ready.status == "True":
                    return
    except KeyboardInterrupt:
        return


def _once(screen: Screen, lab: Lab) -> None:
    if screen.machine:
        screen.json(lab.raw)
        return
    screen.line(rows.title(lab))
    screen.table(rows.PARTS, rows.parts(lab))


def _again(screen: Screen, lab: Lab) -> None:
    if screen.machine:
        screen.draw_json(lab.raw)
    else:
        screen.draw(rows.title(lab), rows.PARTS, rows.parts(lab))
