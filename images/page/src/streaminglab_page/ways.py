"""How to come into each part of a lab: address, URL, user, keys of the Secret, lines. Pure.

A part is found by rules and not by a list of parts, so that a new service needs no word here: the
keys `<part>-...` of the Secret are its own, and the user is `username` of its part of the spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from streaminglab_page.bounded import LONG, mapping, objects, text
from streaminglab_page.lines import lines
from streaminglab_page.logins import Logins
from streaminglab_page.target import OUTSIDE, Target
from streaminglab_page.view import Way

WAYS = 48
# Nobody's words but the operator's; still, a name ends up in a line that a student pastes.
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


def ways(raw: Mapping[str, Any], logins: Logins) -> tuple[Way, ...]:
    """Every way into a lab: first what has an address, then what has keys and no address yet."""
    status, spec = mapping(raw.get("status")), mapping(raw.get("spec"))
    meta = mapping(raw.get("metadata"))
    lab, namespace = text(meta.get("name")), text(meta.get("namespace"))
    places = dict(_places(status))
    owned = _keys(places, status, logins)
    found = []
    for name in dict.fromkeys((*places, *owned)):
        place = places.get(name, {})
        keys = owned.get(name, ())
        login = logins.users.get(name.partition(OUTSIDE)[0], "") if keys else ""
        target = Target(lab, namespace, name, place.get("address", ""), spec, login)
        found.append(
            Way(
                **{"name": name, **place},
                user=target.user,
                keys=tuple(logins.shown(key, namespace) for key in keys),
                lines=lines(target) if target.address else (),
            )
        )
    return tuple(found[:WAYS])


def _places(status: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Name -> address, description and URL, of what the operator gives an address for."""
    pages = {
        text(entry.get("name")): safe_url(text(entry.get("url"), LONG))
        for entry in objects(status.get("urls"), WAYS)
    }
    for entry in objects(status.get("endpoints"), WAYS):
        name = text(entry.get("name"))
        if _NAME.fullmatch(name):
            yield (
                name,
                {
                    "address": text(entry.get("address"), LONG),
                    "description": text(entry.get("description"), LONG),
                    "url": pages.pop(name, ""),
                },
            )
    yield from ((name, {"url": url}) for name, url in pages.items() if _NAME.fullmatch(name))


def _keys(places: Iterable[str], status: Mapping[str, Any], logins: Logins) -> dict[str, list[str]]:
    """Name of a way -> the keys that open it."""
    components = [text(entry.get("name")) for entry in objects(status.get("components"), WAYS)]
    inside = [name for name in places if OUTSIDE not in name]
    found: dict[str, list[str]] = {}
    for part, keys in logins.by_part([*inside, *components]).items():
        # Where there are ways from outside, they are what the login is for: inside, Kafka asks
        # nobody.
        outside = [name for name in places if name.startswith(f"{part}{OUTSIDE}")]
        found |= dict.fromkeys(outside or [part], keys)
    return found


def safe_url(url: str) -> str:
    """The URL if a click on it can only open a page; otherwise nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""
