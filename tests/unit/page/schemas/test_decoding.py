"""Messages that a schema wrote: as text, or with the reason why not; and no schema does harm."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import fastavro
import pytest
from google.protobuf import timestamp_pb2
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto

from streaminglab_page.kafka.message import Message
from streaminglab_page.kafka.shown import DECODED, Shown, shown
from streaminglab_page.schemas.decoding import Decoding
from streaminglab_page.schemas.process import Decoder
from streaminglab_page.schemas.registry import Registry
from tests.patience import PATIENCE
from tests.unit.page.patient import patient
from tests.unit.page.schemas.registry_server import RegistryServer, registry_server

NULL = Shown("null", "", 0)
ORDER = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "town", "type": "string"},
        {"name": "count", "type": "long"},
        {"name": "raw", "type": "bytes"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}
ORDERED = {"town": "Lyon", "count": 3, "raw": b"\x01\xff", "at": 0}
PROTO = """syntax = "proto3";
package farm;
import "google/protobuf/timestamp.proto";
message First { int32 n = 1; }
message Order {
  message Line { string what = 1; int64 count = 2; }
  string town = 1; repeated Line lines = 2; google.protobuf.Timestamp at = 3;
}
"""
LYON = b"\x0a\x04Lyon"


def sealed(number: int, data: bytes) -> bytes:
    """Confluent's wire format."""
    return b"\x00" + number.to_bytes(4, "big") + data


def avro(schema: Any, value: Any) -> bytes:
    out = BytesIO()
    fastavro.schemaless_writer(out, schema, value)
    return out.getvalue()


def message(value: bytes, key: bytes | None = None) -> Message:
    return Message(0, 0, 1, shown(key, longest=1000, keep=True), shown(value, keep=True), ())


@pytest.fixture
async def registry() -> AsyncIterator[RegistryServer]:
    async with registry_server() as server:
        yield server


@pytest.fixture
async def decode(registry: RegistryServer) -> AsyncIterator[Decoding]:
    decoder = Decoder()
    with patient():
        async with aiohttp.ClientSession() as session:
            # Time stands: on a busy machine an answer's seconds are over before its last message.
            yield Decoding(Registry(session, registry.url), decoder, clock=lambda: 0.0)
    await decoder.close()


async def values(decode: Decoding, *raw: bytes) -> list[Shown]:
    return [one.value for one in await decode([message(value) for value in raw])]


async def test_avro_is_text_for_key_and_value(decode: Decoding, registry: RegistryServer) -> None:
    registry.put(1, json.dumps(ORDER))
    registry.put(2, '"string"')
    (found,) = await decode([message(sealed(1, avro(ORDER, ORDERED)), sealed(2, b"\x06key"))])
    assert json.loads(found.value.text) == {
        "town": "Lyon",
        "count": 3,
        "raw": "01 ff",
        "at": "1970-01-01 00:00:00+00:00",
    }
    assert (found.value.kind, found.value.format, found.value.schema) == ("decoded", "AVRO", 1)
    assert found.key.text == '"key"'


async def test_avro_with_what_it_refers_to(decode: Decoding, registry: RegistryServer) -> None:
    city = {"type": "record", "name": "farm.City", "fields": [{"name": "name", "type": "string"}]}
    town = {
        "type": "record",
        "name": "farm.Town",
        "fields": [{"name": "city", "type": "farm.City"}],
    }
    main = {
        "type": "record",
        "name": "farm.Order",
        "fields": [{"name": "town", "type": "farm.Town"}],
    }
    registry.put_subject("city", json.dumps(city))
    registry.put_subject("a town", json.dumps(town), references=[("farm.City", "city")])
    registry.put(1, json.dumps(main), references=[("farm.Town", "a town"), ("farm.City", "city")])
    (found,) = await values(decode, sealed(1, b"\x08Lyon"))
    assert json.loads(found.text) == {"town": {"city": {"name": "Lyon"}}}


async def test_json_schema_is_json_with_a_line_for_each_value(
    decode: Decoding, registry: RegistryServer
) -> None:
    registry.put(1, "{}", "JSON")
    (found,) = await values(decode, sealed(1, b'{"a": [1]}'))
    assert (found.text, found.format) == ('{\n  "a": [\n    1\n  ]\n}', "JSON")


@pytest.mark.parametrize(
    ("places", "data", "expected"),
    [
        (b"\x00", b"\x08\x07", {"n": 7}),
        (b"\x02\x02", LYON + b"\x1a\x02\x08\x01", {"town": "Lyon", "at": "1970-01-01T00:00:01Z"}),
        (b"\x04\x02\x00", b"\x0a\x03egg\x10\x0c", {"what": "egg", "count": "12"}),
    ],
)
async def test_protobuf_of_each_message_of_a_file(
    decode: Decoding, registry: RegistryServer, places: bytes, data: bytes, expected: object
) -> None:
    registry.put(1, PROTO, "PROTOBUF")
    (found,) = await values(decode, sealed(1, places + data))
    assert json.loads(found.text) == expected, found


async def test_protobuf_with_what_it_imports(decode: Decoding, registry: RegistryServer) -> None:
    registry.put_subject("city", 'syntax = "proto3"; message City { string name = 1; }', "PROTOBUF")
    main = 'syntax = "proto3"; import "farm/city.proto"; message Order { City city = 1; }'
    registry.put(1, main, "PROTOBUF", [("farm/city.proto", "city")])
    (found,) = await values(decode, sealed(1, b"\x00\x0a\x06" + LYON))
    assert json.loads(found.text) == {"city": {"name": "Lyon"}}


def described(name: str, field: str, kind: str = "", imports: str = "") -> FileDescriptorProto:
    found = FileDescriptorProto(name=name, syntax="proto3")
    one = found.message_type.add(name=field.title()).field.add(name=field, number=1, label=1)
    one.type = FieldDescriptorProto.TYPE_MESSAGE if kind else FieldDescriptorProto.TYPE_STRING
    if kind:
        one.type_name = kind
    if imports:
        found.dependency.append(imports)
    return found


async def test_protobuf_as_python_registers_it_which_is_a_descriptor(
    decode: Decoding, registry: RegistryServer
) -> None:
    def text(found: FileDescriptorProto) -> str:
        return base64.b64encode(found.SerializeToString()).decode()

    time = timestamp_pb2.DESCRIPTOR.name
    registry.put(
        1, text(described("at.proto", "at", ".google.protobuf.Timestamp", time)), "PROTOBUF"
    )
    registry.put_subject("city", text(described("city.proto", "city")), "PROTOBUF")
    town = described("town.proto", "town", ".City", "city.proto")
    registry.put(2, text(town), "PROTOBUF", [("city.proto", "city")])
    at, found = await values(
        decode, sealed(1, b"\x00\x0a\x02\x08\x01"), sealed(2, b"\x00\x0a\x06" + LYON)
    )
    assert json.loads(at.text) == {"at": "1970-01-01T00:00:01Z"}, at
    assert json.loads(found.text) == {"town": {"city": "Lyon"}}


@pytest.mark.parametrize(
    ("schema", "kind", "data", "cause", "words"),
    [
        ('"string"', "", b"\x08Ly", "data", "EOFError"),
        ("{", "", b"\x08Lyon", "schema", "JSONDecodeError"),
        ("[" * 100_000, "", b"\x00\x00", "schema", "Recursion"),
        ('{"type": "array", "items": "B"}', "", b"\x00", "schema", "B"),
        ("message A {", "PROTOBUF", b"\x00\x00", "schema", "missing"),
        ("message A {" * 9_000 + "}" * 9_000, "PROTOBUF", b"\x00\x00", "schema", "recursion limit"),
        ('import "../../../etc/passwd"; message A {}', "PROTOBUF", b"\x00\x00", "schema", "passwd"),
        ('import "no.proto"; message A {}', "PROTOBUF", b"\x00\x00", "schema", "no.proto"),
        (PROTO, "PROTOBUF", b"\x02\x0a\x00", "data", "no message at the place"),
        (PROTO, "PROTOBUF", b"\x02\x01\x00", "data", "cannot be read"),
        (PROTO, "PROTOBUF", b"\xff\xff\xff\xff\xff\xff", "data", "cannot be read"),
        (PROTO, "PROTOBUF", b"\x00\x0a\x7f", "data", "rror parsing"),
        ("{}", "THRIFT", b"\x00", "kind", "THRIFT"),
    ],
)  # fmt: skip
async def test_what_cannot_be_decoded_says_why_and_stays_as_it_is(
    decode: Decoding,
    registry: RegistryServer,
    *,
    schema: str,
    kind: str,
    data: bytes,
    cause: str,
    words: str,
) -> None:
    registry.put(1, schema, kind)
    (found,) = await values(decode, sealed(1, data))
    assert (found.kind, found.cause) == ("schema", cause), found
    assert words in found.detail
    assert found.text.startswith("00 00 00 00 01")


NULLS = '{"type": "array", "items": "null"}'
MANY_NULLS = b"\x80\x80\x80\x80\x80\x80\x40\x00"
"""An array of 2^41 nulls, in eight bytes."""
FOR_EVER = '{"type": "record", "name": "A", "fields": [{"name": "a", "type": "A"}]}'


@pytest.mark.parametrize(("schema", "data"), [(NULLS, MANY_NULLS), (FOR_EVER, b"\x00")])
async def test_a_bomb_ends_the_decoder_and_nothing_else(
    decode: Decoding, registry: RegistryServer, schema: str, data: bytes
) -> None:
    registry.put(1, schema)
    registry.put(2, '"string"')
    bombs = await values(decode, *[sealed(1, data)] * 40, sealed(2, b"\x08Lyon"))
    assert {one.cause for one in bombs[:-1]} == {"ended"}
    assert bombs[-1].text == '"Lyon"'
    asked = len(registry.asked)
    (again,) = await values(decode, sealed(1, data))
    assert (again.cause, len(registry.asked)) == ("ended", asked), "it is left alone for a while"


async def test_a_message_that_is_too_large_is_not_decoded(
    decode: Decoding, registry: RegistryServer
) -> None:
    registry.put(1, '"bytes"')
    registry.put(2, "{}", "JSON")
    found = await values(decode, *(sealed(n, b"x" * DECODED) for n in (1, 2)))
    assert [one.cause for one in found] == ["large", "large"]


async def test_what_is_shown_of_a_long_one_is_its_beginning(
    decode: Decoding, registry: RegistryServer
) -> None:
    registry.put(1, '"string"')
    registry.put(2, "{}", "JSON")
    long = json.dumps("é" * 10_000, ensure_ascii=False)[1:-1]
    one, other = await values(
        decode,
        sealed(1, avro("string", long)),
        sealed(2, json.dumps([long[:5000]], ensure_ascii=False).encode()),
    )
    assert (one.cut, len(one.text), other.cut, len(other.text)) == (True, 4000, True, 4000)


async def test_without_time_the_rest_says_so(registry: RegistryServer) -> None:
    registry.put(1, '"string"')
    times = iter([0.0, 0.0, 0.0, 1.0, PATIENCE + 1])
    decoder = Decoder()
    with patient():
        async with aiohttp.ClientSession() as session:
            decode = Decoding(Registry(session, registry.url), decoder, lambda: next(times))
            found = await values(decode, *[sealed(1, b"\x08Lyon")] * 2)
    await decoder.close()
    assert [one.cause for one in found] == ["", "skipped"]


async def test_a_message_of_no_schema_asks_nobody(
    decode: Decoding, registry: RegistryServer
) -> None:
    plain = [message(b"a value", b"a key"), message(b"\xff")]
    assert await decode(plain) == plain
    assert registry.asked == []
    assert NULL.schema == -1
