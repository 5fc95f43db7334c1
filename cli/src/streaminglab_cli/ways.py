"""How a browser reaches a part of a lab. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from streaminglab_cli.errors import NotReady, NotThere
from streaminglab_cli.lab import Lab


@dataclass(frozen=True, slots=True)
class Way:
    """``url``: of a part with a host name; otherwise ``service`` and ``port`` are forwarded."""

    part: str
    service: str
    port: int
    url: str


def way(lab: Lab, part: str) -> Way:
    """The way to a part that speaks HTTP; an error with a cure where there is none now."""
    pages = {name: address for name, address in lab.addresses().items() if _is_page(address)}
    if part in pages:
        port = urlsplit(pages[part]).port or 80
        return Way(part, f"{lab.name}-{part}", port, _safe(lab.addresses("urls").get(part, "")))
    known = next((found for found in lab.parts if found.name == part), None)
    names = ", ".join(pages) or "none"
    if known is None:
        raise lab.lacks(part) or NotThere(
            f"the lab {lab.name} has no {part}", f"what can be opened now: {names}"
        )
    if known.message:
        raise NotReady(f"{part} does not answer ({known.message})", "try again when it is ready")
    raise NotThere(f"{part} is nothing for a browser", f"what can be opened now: {names}")


def _is_page(address: str) -> bool:
    return address.startswith("http://")


def _safe(url: str) -> str:
    """A URL that can only open a page; otherwise nothing."""
    parts = urlsplit(url)
    return url if parts.scheme in ("http", "https") and parts.hostname else ""
