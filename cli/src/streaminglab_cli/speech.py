"""In which language somebody is spoken to. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def spoken(environment: Mapping[str, str]) -> str:
    """The language of a shell: fr, or en for every other one (POSIX, "Locale", precedence)."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    said = next((environment[name] for name in names if environment.get(name)), "")
    return "fr" if said.lower().startswith("fr") else "en"
