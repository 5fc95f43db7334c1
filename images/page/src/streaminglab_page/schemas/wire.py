"""Where in a Protobuf file the type of a message is, as Confluent's serializers write it. Pure.

After the schema's number come the places of the message's type: how many numbers, then the numbers,
each as a zigzag varint: the place among the file's messages, then among the nested ones. A single
zero stands for the first message of the file.
https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
"""

from __future__ import annotations

from streaminglab_page.own import Own

DEEPEST = 32
MORE, BITS = 0x80, 7
"""Of each byte: more follow; the bits that count."""
LONGEST = 5
"""Bytes of one number."""


class Malformed(Exception):
    """The bytes are not what they should be."""


def message_type(data: bytes) -> tuple[tuple[int, ...], bytes]:
    """The places of a message's type, and what follows. Raises Malformed."""
    count, place = _number(data, 0)
    if count > DEEPEST:
        raise Malformed(Own.TYPE_TOO_DEEP)
    found = []
    for _ in range(count):
        one, place = _number(data, place)
        found.append(one)
    return tuple(found) or (0,), data[place:]


def _number(data: bytes, start: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(data[start : start + LONGEST]):
        value |= (byte & ~MORE) << (BITS * place)
        if byte < MORE:
            # Zigzag: the lowest bit is the sign, and no place is negative.
            if value & 1:
                raise Malformed(Own.NO_PLACE)
            return value >> 1, start + place + 1
    raise Malformed(Own.NO_PLACE)
