"""`password`: users, passwords and tokens of a lab."""

from __future__ import annotations

from dataclasses import asdict

import click

from streaminglab_cli.errors import NotThere
from streaminglab_cli.logins import PASSWORD, Login, logins
from streaminglab_cli.options import part_names, verb
from streaminglab_cli.session import Session

HEAD = ("PART", "USER", "WHAT", "VALUE")


@click.command()
@click.argument("part", required=False, shell_complete=part_names)
@verb()
def password(session: Session, part: str | None) -> None:
    """Users, passwords and tokens.

    Of a PART the password alone, for $(...).
    """
    lab = session.lab
    if part and (lacking := lab.lacks(part)):
        raise lacking
    found = logins(lab, session.cluster.secret(lab.secret))
    if part:
        found = [_of(found, part)]
    if session.screen.machine:
        session.screen.json([asdict(login) for login in found])
    elif part:
        session.screen.line(found[0].value)
        session.screen.note(f"user: {found[0].user}" if found[0].user else "no user is asked for")
    else:
        body = [[login.part, login.user, login.what, login.value] for login in found]
        session.screen.table(HEAD, body)


def _of(found: list[Login], part: str) -> Login:
    one = next((login for login in found if login.part == part and login.what == PASSWORD), None)
    if one is None:
        known = ", ".join(login.part for login in found if login.what == PASSWORD)
        raise NotThere(f"{part} has no password", f"these have one: {known}")
    return one
