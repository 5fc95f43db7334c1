"""`plan`: what `kubectl apply` of a file would change, before anything is written."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from streaminglab_cli.differences import differences
from streaminglab_cli.effects import effects, part
from streaminglab_cli.errors import NotThere
from streaminglab_cli.lab import KIND, Json
from streaminglab_cli.options import verb
from streaminglab_cli.session import Session


@click.command()
@click.option(
    "-f",
    "--file",
    "file",
    required=True,
    help="The lab's file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@verb(lab=False)
def plan(session: Session, file: Path) -> None:
    """What an edit would change.

    What `kubectl apply -f FILE` would change, what follows from it, or why it would be refused.
    Nothing is written.
    """
    text = sys.stdin.read() if str(file) == "-" else file.read_text()
    wanted = _admitted(session, text)
    if not wanted:
        raise NotThere(f"{file} holds no {KIND}", f"begin with `kind: {KIND}`")
    found = [_compared(session, body) for body in wanted]
    if session.screen.machine:
        session.screen.json(found)
        return
    for one in found:
        _show(session, one)


def _admitted(session: Session, text: str) -> list[Json]:
    """The labs of a file as the API server would keep them, its defaults filled in.

    By kubectl's own `apply`, so that what it takes out (a field that the last applied file had) is
    taken out here too.
    """
    said = session.kubectl.read(
        "apply", "--dry-run=server", "-f", "-", "-o", "json", stdin=text, whole=True
    )
    found = json.loads(said)
    items = found["items"] if found["kind"] == "List" else [found]
    return [item for item in items if item["kind"] == KIND]


def _compared(session: Session, body: Json) -> dict[str, Any]:
    try:
        before = session.cluster.lab(body["metadata"]["name"]).spec
    except NotThere:
        before = None
    changes = list(differences(before, body["spec"])) if before is not None else []
    return {
        "name": body["metadata"]["name"],
        "namespace": body["metadata"]["namespace"],
        "new": before is None,
        "parts": sorted(part(name) for name, value in body["spec"].items() if _is_part(value)),
        "changes": [asdict(change) | {"line": change.line()} for change in changes],
        "effects": [asdict(effect) for effect in effects(changes)],
    }


def _is_part(value: object) -> bool:
    return isinstance(value, dict)


def _show(session: Session, found: dict[str, Any]) -> None:
    line = session.screen.line
    name, namespace = found["name"], found["namespace"]
    if found["new"]:
        line(f"{name} would be made in namespace {namespace}")
        return
    if not found["changes"]:
        line(f"{name} in namespace {namespace} would stay as it is")
        return
    line(f"{name} in namespace {namespace} would change:")
    for change in found["changes"]:
        line(f"  spec.{change['line']}")
    line("What follows:")
    for effect in found["effects"]:
        line(f"  {effect['part']}: {effect['what']}")
