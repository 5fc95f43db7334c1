"""`suspend` and `resume`: a lab without pods, whose data is kept."""

from __future__ import annotations

import click

from streaminglab_cli.options import verb, waits
from streaminglab_cli.session import Session
from streaminglab_cli.waiting import until


@click.command()
@waits(180)
@verb()
def suspend(session: Session, no_wait: bool, timeout: float) -> None:
    """Let the lab rest, without pods.

    Everything is kept: records, offsets, points, passwords.
    """
    _set(session, wanted=True, condition="Suspended", wait=not no_wait, seconds=timeout)


@click.command()
@waits(600)
@verb()
def resume(session: Session, no_wait: bool, timeout: float) -> None:
    """Bring a lab back that rests."""
    _set(session, wanted=False, condition="Ready", wait=not no_wait, seconds=timeout)


def _set(session: Session, *, wanted: bool, condition: str, wait: bool, seconds: float) -> None:
    lab = session.cluster.patch(session.lab, {"suspend": wanted})
    if wait:
        lab = until(
            session, condition, lambda now: now.condition(condition).status == "True", seconds
        )
    if session.screen.machine:
        session.screen.json(lab.raw)
    else:
        word = condition if wait else f"asked to be {condition}"
        session.screen.line(f"{lab.name}: {word}")
