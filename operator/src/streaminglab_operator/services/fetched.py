"""What a lab has from elsewhere: each of it from one place, and with a checksum where that place is
an address. Connect's plugins, ksqlDB's functions and Jupyter's files are such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import StringConstraints

from streaminglab_operator.schema import units
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.rules import Rule, failing

PartName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=63),
    Format("plugin-name-format", units.PLUGIN_NAME, "use small letters, digits and '-'"),
]
Maven = Annotated[
    str,
    Format(
        "plugin-maven-format",
        units.MAVEN,
        "write group:artifact:version, and if needed :packaging and :classifier",
    ),
]
Sha512 = Annotated[
    str,
    Format(
        "plugin-sha512-format",
        units.SHA512,
        "a SHA-512 has 128 hexadecimal digits in small letters",
    ),
]


def one_source(id_: str, at: str, sources: Sequence[str], message: str) -> Rule:
    """The rule that each comes from exactly one of these fields."""

    def one(item: Mapping[str, Any]) -> bool:
        return sum(source in item for source in sources) == 1

    return Rule(
        id=id_,
        at=(at,),
        cel="[" + ", ".join(f"has(self.{s})" for s in sources) + "].filter(x, x).size() == 1",
        form={"oneOf": [{"required": [source]} for source in sources]},
        message=message,
        check=failing((at,), one),
    )


def url_checksum(id_: str, at: str, checksum: str, message: str) -> Rule:
    """The rule that an address has a checksum beside it."""
    return Rule(
        id=id_,
        at=(at,),
        cel=f"!has(self.url) || has(self.{checksum})",
        form={"if": {"required": ["url"]}, "then": {"required": [checksum]}},
        message=message,
        check=failing((at,), lambda item: "url" not in item or checksum in item),
    )
