"""A command message, `{"select": "model"}`, and what may stand in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

SELECTION = re.compile(r"[A-Za-z0-9_+.*:@][A-Za-z0-9_+.*:@-]{0,199}")
"""dbt's node selection without spaces. It must not begin with `-`: that would be an option."""
LONGEST = 4096


class Refused(Exception):
    """The message is no command. The text is shown to whoever sent it."""


@dataclass(frozen=True)
class Command:
    """Run these models."""

    select: str
    id: str | None = None
    """Whatever the sender wants to find again in the result."""


def parse(value: bytes | None) -> Command:
    """The command in a message; raises Refused."""
    if not value or len(value) > LONGEST:
        raise Refused(f"a command is a JSON object of 1 to {LONGEST} bytes")
    try:
        found = json.loads(value)
    except ValueError as error:
        raise Refused(f'not JSON ({error}); a command looks like {{"select": "*"}}') from error
    if isinstance(found, dict) and set(found) == {"schema", "payload"}:
        found = found["payload"]  # Connect's JsonConverter with schemas.enable
    if not isinstance(found, dict):
        raise Refused('a command is a JSON object such as {"select": "*"}')
    if unknown := set(found) - {"select", "id"}:
        raise Refused(f"a command has no key {', '.join(sorted(map(str, unknown)))[:100]}")
    select, sender = found.get("select"), found.get("id")
    if not isinstance(select, str) or not SELECTION.fullmatch(select):
        raise Refused(
            "`select` must be 1 to 200 letters, digits or _ + . * : @ -, and not begin with -"
        )
    if sender is not None and not (isinstance(sender, str) and len(sender) <= 200):  # noqa: PLR2004
        raise Refused("`id` must be a text of at most 200 characters")
    return Command(select, sender)
