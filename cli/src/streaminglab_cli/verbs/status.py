"""`status`: the parts of a lab; live with --watch."""

from __future__ import annotations

import click

from streaminglab_cli import rows
from streaminglab_cli.errors import NotReady
from streaminglab_cli.lab import Lab
from streaminglab_cli.options import verb
from streaminglab_cli.screen import Screen
from streaminglab_cli.session import Session

CURE = "`kubectl slab why` says what to do"
GOES_ON = "it goes on by itself; `kubectl slab why` says what is in the way"


@click.command()
@click.option("-w", "--watch", is_flag=True, help="Go on, and show each change, until Ctrl-C")
@click.option("--until-ready", is_flag=True, help="With --watch: end when the lab is Ready")
@click.option(
    "--timeout",
    type=click.FloatRange(1),
    metavar="SECONDS",
    help="With --until-ready: wait so long at most",
)
@verb()
def status(session: Session, watch: bool, until_ready: bool, timeout: float | None) -> None:
    """The parts of the lab, and how each is."""
    if not (watch or until_ready):
        _once(session.screen, session.lab)
        return
    name = session.lab.name
    seconds = timeout if until_ready else None
    try:
        with session.screen.redrawn():
            for lab in session.cluster.follow(name, seconds):
                _again(session.screen, lab)
                if until_ready and _is_ready(lab):
                    return
    except KeyboardInterrupt:
        return
    raise NotReady(f"{name} is not Ready after {seconds or 0:.0f} s", GOES_ON)


def _is_ready(lab: Lab) -> bool:
    """Raises NotReady where it cannot become so by itself."""
    stalled = lab.condition("Stalled")
    if stalled.status == "True":
        raise NotReady(f"{lab.name} cannot become Ready: {stalled.message}", CURE)
    return lab.ready.status == "True"


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
