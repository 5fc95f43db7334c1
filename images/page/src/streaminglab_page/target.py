"""One part of a lab that somebody wants to reach, and what its spec says of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_page.bounded import mapping, text

OUTSIDE = "-via-"
"""Between a part's name and a way to it from outside the cluster: kafka-via-localhost."""
_PORT = re.compile(r":(\d{1,5})(?=[/,]|$)")


@dataclass(frozen=True, slots=True)
class Target:
    """``name`` as in the status, such as kafka-via-localhost; ``address`` as a client writes it.

    ``login``: who logs in where the spec has no word of it.
    """

    lab: str
    namespace: str
    name: str
    address: str
    spec: Mapping[str, Any]
    login: str = ""

    @property
    def part_name(self) -> str:
        """The part, whichever way leads to it."""
        return self.name.partition(OUTSIDE)[0]

    @property
    def outside(self) -> bool:
        """Whether this is a way from outside the cluster."""
        return OUTSIDE in self.name

    @property
    def is_http(self) -> bool:
        """Whether it speaks HTTP, as its address says."""
        return self.address.startswith(("http://", "https://"))

    @property
    def ports(self) -> tuple[int, ...]:
        """The port of each of its addresses."""
        return tuple(int(port) for port in _PORT.findall(self._there))

    @property
    def host(self) -> str:
        """The host of its first address."""
        return re.split("[:/,]", self._there, maxsplit=1)[0]

    @property
    def service(self) -> str:
        """Its Service, which is named after lab and part."""
        return f"{self.lab}-{self.part_name}"

    @property
    def user(self) -> str:
        """Who logs in; empty if nobody has to."""
        return text(self.own("username")) or self.login

    @property
    def topic(self) -> str:
        """A topic to try things with."""
        return text(mapping(self.spec.get("producer")).get("topic")) or "weather"

    def own(self, field: str) -> object:
        """A field of its own part of the spec, which for kafka-ui is `kafkaUI`."""
        wanted = _plain(self.part_name)
        parts = (mapping(part) for key, part in self.spec.items() if _plain(key) == wanted)
        return next(parts, {}).get(field)

    @property
    def _there(self) -> str:
        return self.address.partition("://")[2] or self.address


def _plain(name: str) -> str:
    return name.replace("-", "").lower()
