"""A schema of the registry, with the ones that it refers to."""

from __future__ import annotations

from dataclasses import dataclass

AVRO, JSON, PROTOBUF = "AVRO", "JSON", "PROTOBUF"
"""As the registry writes its `schemaType`; without one it is Avro."""


@dataclass(frozen=True, slots=True)
class Named:
    """A schema that others refer to. ``name``: of a type (Avro), or of a file (Protobuf)."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Schema:
    """``references``: all that it needs, each after what it needs itself."""

    id: int
    kind: str
    text: str
    references: tuple[Named, ...] = ()
