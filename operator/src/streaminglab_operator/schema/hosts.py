"""Host names and addresses: one sentence for each way to write them wrong, and how they are used.

The formats of one kind hold together. Those for a special fault come first; the last one refuses
only what none of the others does, so that nobody reads two sentences for one fault.
"""

from __future__ import annotations

from streaminglab_operator.schema import units
from streaminglab_operator.schema.formats import Format

_NEVER = "/@?#% "
"""What stands in URLs, and behind an address that only one machine knows (RFC 4007, section 11)."""

SMALL = Format(
    "host-small-letters",
    "^[^A-Z]*$",
    "write host names and addresses in small letters: for the DNS, capitals are the same",
)
PLAIN = Format(
    "host-plain-letters",
    r"^[ -^`-~]*$",
    "a host name has no '_', no accents and no control characters: write '-', and a name with "
    "other letters as the DNS has it (xn--...)",
)
ALONE = Format(
    "host-alone",
    rf"^([^{_NEVER}:\]]*[^{_NEVER}:.]|[^{_NEVER}:\]]*:[^{_NEVER}:\]]*:[^{_NEVER}\]]*[^{_NEVER}.]"
    rf"|[^{_NEVER}:\]]*:[^{_NEVER}:\]]*:)$",
    "write the name or address alone: without http://, user, port, path, '.' at its end, or the "
    "zone of an address (%eth0)",
)
SHORT = Format(
    "host-short-labels",
    r"^[^.]{0,63}([.][^.]{0,63})*$",
    "a host name has at most 63 characters between two dots",
)
_WORDS = (SMALL, PLAIN, ALONE, SHORT)
_REFUSED_BY_THEM = rf"(.|\n)*([A-Z{_NEVER}]|[^ -^`-~]|\].|[^.]{{64}})(.|\n)*|[^:]*:[^:]*|(.|\n)*[.]"


def _either(*patterns: str) -> str:
    return "^({})$".format("|".join((*patterns, _REFUSED_BY_THEM)))


NAME = Format(
    "host-format",
    _either(units.HOST.removeprefix("^").removesuffix("$")),
    "write a host name, such as lab.example.org, not an address: labels of letters, digits and "
    "'-', joined by '.', the last one not a number (192.168.1.128.nip.io is one)",
)
ADDRESS = Format(
    "address-format",
    _either(
        units.HOST.removeprefix("^").removesuffix("$"),
        units.IPV4,
        units.IPV6,
        rf"\[({units.IPV6})\]",
    ),
    "write a host name (node-1.example.org), an IPv4 address (four numbers up to 255: "
    "192.168.1.128) or an IPv6 address (2001:db8::1)",
)
NAMES = (*_WORDS, NAME)
"""Of a name that browsers use."""
ADDRESSES = (*_WORDS, ADDRESS)
"""Of a name or an address that clients connect to."""


def bare(host: str) -> str:
    """An address without the brackets that IPv6 may be written with."""
    return host.removeprefix("[").removesuffix("]")


def with_port(host: str, port: int) -> str:
    """What a client writes: IPv6 in brackets (RFC 3986, section 3.2.2)."""
    plain = bare(host)
    return f"[{plain}]:{port}" if ":" in plain else f"{plain}:{port}"
