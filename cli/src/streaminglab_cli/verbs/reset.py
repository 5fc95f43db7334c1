"""`reset`: a part, or the whole lab, begins anew."""

from __future__ import annotations

import os
import sys
import tempfile
import time

import click
import yaml

from streaminglab_cli.beginnings import Beginning, body, of_lab, of_part
from streaminglab_cli.errors import NotReady, NotThere, SlabError
from streaminglab_cli.lab import Lab
from streaminglab_cli.options import part_names, verb, waits
from streaminglab_cli.session import Session
from streaminglab_cli.waiting import until

GONE_SECONDS = 60.0


@click.command()
@click.argument("part", required=False, shell_complete=part_names)
@click.option("-y", "--yes", is_flag=True, help="Do not ask")
@waits(600)
@verb()
def reset(session: Session, part: str | None, yes: bool, no_wait: bool, timeout: float) -> None:
    """Begin anew: the lab, or one PART.

    Volumes are empty then. It asks before data is lost. A Job (init, inject, verify) runs once
    more, and nothing is lost by that. Kafka alone cannot begin anew.
    """
    before = session.lab
    if part:
        begun = _part(session, part, yes=yes)
    else:
        begun = of_lab(before)
        _confirm(before, begun.loses, yes=yes)
        _again(session, before)
    if not (no_wait or begun.job):
        until(session, "Ready", lambda now: _anew(before, now), timeout)
    if session.screen.machine:
        session.screen.json({"lab": before.name, "part": part, "volumes": list(begun.claims)})
    else:
        session.screen.line(
            f"{part or before.name}: {'runs once more' if begun.job else 'begun anew'}"
        )


def _part(session: Session, name: str, *, yes: bool) -> Beginning:
    lab, part = session.lab, session.part(name)
    found = of_part(part, session.cluster.claims(lab.name, name) if part.kind != "Job" else [])
    if found.job:
        session.cluster.rerun(lab.name, name)
        return found
    _confirm(lab, found.loses, yes=yes)
    # A claim that a pod uses goes when that pod does (Kubernetes, "Storage Object in Use
    # Protection"), so it comes first: the new pod must not find it again.
    session.cluster.empty(list(found.claims))
    session.cluster.restart(lab.name, name)
    return found


def _confirm(lab: Lab, loses: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise SlabError(f"this would lose {loses}", "say --yes if that is meant")
    click.echo(f"This loses {loses}.", err=True)
    if click.prompt("Type the lab's name to go on", err=True) != lab.name:
        raise SlabError("that is not the lab's name", "nothing was changed")


def _again(session: Session, lab: Lab) -> None:
    """Delete the lab and make it again. Its spec is kept in a file until then."""
    made = yaml.safe_dump(body(lab), sort_keys=False)
    handle, copy = tempfile.mkstemp(prefix=f"{lab.name}-", suffix=".yaml")
    with os.fdopen(handle, "w") as file:
        file.write(made)
    session.screen.note(f"the lab as it is now: {copy}")
    session.cluster.delete(lab)
    try:
        _gone(session, lab)
        session.cluster.create(body(lab))
    except SlabError as error:
        raise SlabError(
            f"{lab.name} was deleted, and is not made again yet ({error.message})",
            f"kubectl create -n {lab.namespace} -f {copy}",
        ) from error


def _gone(session: Session, lab: Lab) -> None:
    end = time.monotonic() + GONE_SECONDS
    while time.monotonic() < end:
        try:
            session.cluster.lab(lab.name)
        except NotThere:
            return
        time.sleep(0.5)
    raise NotReady(f"{lab.name} is still being deleted")


def _anew(before: Lab, now: Lab) -> bool:
    """Ready again: not the same Ready as before, which stands until the operator has looked."""
    return now.ready.status == "True" and (now.uid, now.ready.since) != (
        before.uid,
        before.ready.since,
    )
