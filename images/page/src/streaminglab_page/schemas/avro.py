"""Avro, by fastavro. It runs in the decoding process, which a hostile schema may end."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import fastavro
from fastavro.schema import parse_schema

from streaminglab_page.schemas.schema import Schema


def reader(schema: Schema) -> Callable[[bytes], Any]:
    """What reads the bytes of such a message. Raises whatever the schema makes fastavro raise."""
    known: dict[str, Any] = {}
    for one in schema.references:
        parse_schema(json.loads(one.text), named_schemas=known)
    parsed = parse_schema(json.loads(schema.text), named_schemas=known)
    return lambda data: fastavro.schemaless_reader(BytesIO(data), parsed, None)
