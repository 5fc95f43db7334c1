"""The head of a Java class file: what the class is called, what it extends and implements.

The Java Virtual Machine Specification, chapter 4. Nothing behind the interfaces is read.
"""

import struct
from dataclasses import dataclass

_MAGIC = 0xCAFEBABE
_PUBLIC, _INTERFACE, _ABSTRACT = 0x0001, 0x0200, 0x0400
_UTF8, _CLASS = 1, 7
# Bytes behind the tag of each kind of constant (table 4.4-A); Utf8 says its own length.
_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4,
          19: 2, 20: 2}  # fmt: skip
_TWO_PLACES = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class JavaClass:
    """Names with dots, as Java's source has them."""

    name: str
    parents: tuple[str, ...]
    """The class it extends and the interfaces it implements."""
    usable: bool
    """Public and neither abstract nor an interface: a worker could make one."""


def read(content: bytes) -> JavaClass:
    """Read a class file; ValueError when it is none."""
    try:
        return _read(content)
    except (struct.error, IndexError, KeyError, UnicodeDecodeError) as error:
        raise ValueError(f"no class file: {error}") from error


def _read(content: bytes) -> JavaClass:
    magic, _, _, count = struct.unpack_from(">LHHH", content)
    if magic != _MAGIC:
        raise ValueError("no class file: it begins otherwise")
    texts: dict[int, bytes] = {}
    classes: dict[int, int] = {}
    at, index = 10, 1
    while index < count:
        tag = content[at]
        if tag == _UTF8:
            (length,) = struct.unpack_from(">H", content, at + 1)
            texts[index] = content[at + 3 : at + 3 + length]
            at += 3 + length
        else:
            if tag == _CLASS:
                (classes[index],) = struct.unpack_from(">H", content, at + 1)
            at += 1 + _SIZES[tag]
        index += 2 if tag in _TWO_PLACES else 1
    flags, this, above, interfaces = struct.unpack_from(">HHHH", content, at)
    listed = struct.unpack_from(f">{interfaces}H", content, at + 8)

    def name_of(place: int) -> str:
        return texts[classes[place]].decode().replace("/", ".")

    return JavaClass(
        name_of(this),
        tuple(name_of(place) for place in (above, *listed) if place),
        bool(flags & _PUBLIC) and not flags & (_ABSTRACT | _INTERFACE),
    )
