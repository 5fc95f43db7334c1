"""`stop-broker` and `start-broker`: one broker of a lab with several."""

from __future__ import annotations

import click

from streaminglab_cli.options import verb, waits
from streaminglab_cli.session import Session
from streaminglab_cli.waiting import until

NUMBER = click.argument("number", type=click.IntRange(0), metavar="N")


@click.command("stop-broker")
@NUMBER
@waits(180)
@verb()
def stop_broker(session: Session, number: int, no_wait: bool, timeout: float) -> None:
    """Stop broker N, and keep it stopped.

    It is written into spec.kafka.stoppedBrokers.
    """
    stopped = _stopped(session) | {number}
    _set(session, number, stopped, "Stopped", None if no_wait else timeout)


@click.command("start-broker")
@NUMBER
@waits(180)
@verb()
def start_broker(session: Session, number: int, no_wait: bool, timeout: float) -> None:
    """Start broker N again."""
    stopped = _stopped(session) - {number}
    _set(session, number, stopped, "Running", None if no_wait else timeout)


def _stopped(session: Session) -> set[int]:
    return set((session.lab.spec.get("kafka") or {}).get("stoppedBrokers") or [])


def _set(
    session: Session, number: int, stopped: set[int], state: str, seconds: float | None
) -> None:
    lab = session.cluster.patch(session.lab, {"kafka": {"stoppedBrokers": sorted(stopped)}})
    if seconds:
        what = f"broker {number} {state}"
        lab = until(session, what, lambda now: now.broker_state(number) == state, seconds)
    if session.screen.machine:
        session.screen.json(lab.raw)
    else:
        word = state if seconds else f"asked to be {state}"
        session.screen.line(f"broker {number} of {lab.name}: {word}")
