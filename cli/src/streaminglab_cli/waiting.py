"""Waiting for a lab, with its words on the way, and an end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streaminglab_cli.errors import NotReady, NotThere
from streaminglab_cli.lab import Lab
from streaminglab_cli.screen import console
from streaminglab_cli.session import Session

LOOK_SECONDS = 1.0


def until(session: Session, what: str, done: Callable[[Lab], bool], seconds: float) -> Lab:
    """Look at the lab until it is so; NotReady with what is in the way after so many seconds."""
    name, end = session.lab.name, time.monotonic() + seconds
    with _telling(what) as tell:
        while True:
            lab = _look(session, name)
            if lab and done(lab):
                return lab
            said = lab.ready.message if lab else "the lab is being made again"
            if time.monotonic() > end:
                raise NotReady(
                    f"{what} did not come within {seconds:.0f} s ({said})",
                    "it goes on by itself; `kubectl slab why` says what is in the way",
                )
            tell(said)
            time.sleep(LOOK_SECONDS)


def _look(session: Session, name: str) -> Lab | None:
    try:
        return session.cluster.lab(name)
    except NotThere:
        return None


@contextmanager
def _telling(what: str) -> Iterator[Callable[[str], None]]:
    """A line that changes on a terminal; elsewhere a line for each new word. On standard error."""
    if sys.stderr.isatty():
        with console(err=True).status(what, spinner="dots") as status:
            yield lambda said: status.update(f"{what}: {said}".replace("[", r"\["))
        return
    last = [""]

    def tell(said: str) -> None:
        if said != last[0]:
            print(f"{what}: {said}", file=sys.stderr, flush=True)
        last[0] = said

    yield tell
