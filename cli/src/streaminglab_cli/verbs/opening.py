"""`open`: a part of a lab in the browser."""

from __future__ import annotations

import webbrowser

import click

from streaminglab_cli import forward
from streaminglab_cli.options import part_names, verb
from streaminglab_cli.session import Session
from streaminglab_cli.ways import Way, way


@click.command("open")
@click.argument("part", default="page", shell_complete=part_names)
@click.option("--port", type=click.IntRange(1, 65535), help="Port of this machine")
@click.option("--no-browser", is_flag=True, help="Say the address, and open nothing")
@click.option("--forward", "local", is_flag=True, help="By this machine, even with a host name")
@verb()
def open_part(session: Session, part: str, port: int | None, no_browser: bool, local: bool) -> None:
    """Open a part in the browser.

    PART is page (the default), kafka-ui, jupyter, influxdb or another that answers HTTP. A port of
    this machine leads there until Ctrl-C.
    """
    found = way(session.lab, part)
    if found.url and not local and port is None:
        _show(session, found, found.url, browser=not no_browser)
        return

    def opened(here: int, first: bool) -> None:
        if first:
            _show(session, found, f"http://localhost:{here}", browser=not no_browser)
            session.screen.note("Ctrl-C ends it")
        else:
            session.screen.note("connected again")

    try:
        here = port or forward.free(found.port)
        forward.keep(session.kubectl, found.service, here, found.port, opened)
    except KeyboardInterrupt:
        session.screen.note("")


def _show(session: Session, found: Way, url: str, *, browser: bool) -> None:
    if session.screen.machine:
        session.screen.json({"part": found.part, "url": url})
    else:
        session.screen.line(url)
        session.screen.note(f"who logs in, and by what: kubectl slab password {found.part}")
    if browser and session.screen.terminal and not webbrowser.open(url):
        session.screen.note("no browser was found: open the address in one")
