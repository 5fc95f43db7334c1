"""The process that decodes: `python3 -m streaminglab_page.schemas.child`, one line in, one out.

A few bytes can be made to stand for billions of values (an Avro array of nulls), and a schema can
refer to itself for ever. So this is a process apart, with bounds of its own, which the page can
end; what it ends by is the message's fault, and the page goes on.

A line is a schema, or the bytes of a message of the schema that came last. The answer is empty, or
has ``text`` and ``cut``, or says in ``detail`` what is wrong with ``cause``: `schema` or `data`.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from streaminglab_page.bounded import LONG, text
from streaminglab_page.helper import bound
from streaminglab_page.schemas.schema import AVRO, PROTOBUF, Named, Schema
from streaminglab_page.schemas.wire import Malformed

MEMORY = 32 * 2**20
"""Bytes of data: with both libraries it begins with 14 MiB."""
KEPT = 8
READERS = {AVRO: "avro", PROTOBUF: "protobuf"}
Read = Callable[[bytes], Any]


class Answers:
    """What is answered, line by line."""

    def __init__(self) -> None:
        self._read: Read | None = None

    def __call__(self, line: bytes) -> Mapping[str, Any]:
        """The answer to a line."""
        asked = json.loads(line)
        cause = "schema" if "schema" in asked else "data"
        try:
            if cause == "data":
                return self._decoded(base64.b64decode(asked["data"]), asked["longest"])
            self._read = None
            self._read = _reader(_schema(asked["schema"]))
            return {}
        except MemoryError:
            # What is left of it may be too little for the next one.
            raise
        except Exception as error:
            # Whatever a library that was given hostile bytes raises, the next line is answered.
            kind = "" if isinstance(error, Malformed) else f"{type(error).__name__}: "
            return {"cause": cause, "detail": text(f"{kind}{error}", LONG)}

    def _decoded(self, data: bytes, longest: int) -> Mapping[str, Any]:
        if self._read is None:
            raise ValueError("there is no schema")
        found = json.dumps(self._read(data), ensure_ascii=False, indent=2, default=_plain)
        return {"text": text(found, longest), "cut": len(found) > longest}


def _plain(value: object) -> str:
    """A value that JSON has no word for: bytes, a time, a decimal."""
    return value.hex(" ") if isinstance(value, bytes) else str(value)


def _schema(raw: Mapping[str, Any]) -> Schema:
    references = tuple(Named(*one) for one in raw["references"])
    return Schema(raw["id"], raw["kind"], raw["text"], references)


@lru_cache(maxsize=KEPT)
def _reader(schema: Schema) -> Read:
    # Only what is needed: each of the two is several MiB.
    module = import_module(f"streaminglab_page.schemas.{READERS[schema.kind]}")
    found: Read = module.reader(schema)
    return found


def main() -> None:
    """Answer until there is no more line."""
    bound(MEMORY)
    answers = Answers()
    for line in sys.stdin.buffer:
        sys.stdout.write(f"{json.dumps(answers(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
