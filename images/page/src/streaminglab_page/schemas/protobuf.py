"""Protobuf: protoc's own compiler, from grpcio-tools, makes descriptors of a registry's files.

It runs in the decoding process, in a folder of its own. Java's serializers put .proto text into a
registry, those of Python and .NET the file's descriptor in base64.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto
from google.protobuf.message import DecodeError
from grpc_tools import _protoc_compiler

from streaminglab_page.own import Own
from streaminglab_page.schemas.schema import Named, Schema
from streaminglab_page.schemas.wire import Malformed, message_type

MAIN = "schema-of-the-message.proto"
WORDS = 2_000
_FILE = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
_KNOWN = Path(str(resources.files("grpc_tools"))) / "_proto"


def reader(schema: Schema) -> Callable[[bytes], Any]:
    """What reads the bytes of such a message. Raises Malformed, and what Protobuf raises."""
    named = [*schema.references, Named(MAIN, schema.text)]
    described = [found for one in named if (found := _described(one))]
    files = _with_known(described) if len(described) == len(named) else _compiled(named)
    main, pool = files[-1], _pool(files)

    def read(data: bytes) -> Any:
        places, rest = message_type(data)
        kind = pool.FindMessageTypeByName(_type_name(main, places))
        message = message_factory.GetMessageClass(kind)()
        message.ParseFromString(rest)
        return json_format.MessageToDict(
            message, preserving_proto_field_name=True, descriptor_pool=pool
        )

    return read


def _described(one: Named) -> FileDescriptorProto | None:
    """The descriptor that the registry holds; None: it holds text."""
    try:
        raw = base64.b64decode(one.text, validate=True)
        found = FileDescriptorProto.FromString(raw)
    except (binascii.Error, ValueError, DecodeError):
        return None
    if one.name != MAIN or not found.name:
        found.name = one.name
    return found


def _with_known(found: Iterable[FileDescriptorProto]) -> list[FileDescriptorProto]:
    """With Google's own files, which every client has and no registry needs to hold."""
    listed = list(found)
    have = {one.name for one in listed}
    wanted = {name for one in listed for name in one.dependency} - have
    known = sorted(name for name in wanted if (_KNOWN / name).is_file() and _FILE.fullmatch(name))
    return [*(_compile(known, _KNOWN) if known else []), *listed]


def _compiled(named: Iterable[Named]) -> list[FileDescriptorProto]:
    with tempfile.TemporaryDirectory() as folder:
        for one in named:
            # Below the folder, and never out of it.
            if not _FILE.fullmatch(one.name) or ".." in one.name:
                raise Malformed(Own.NO_FILE_NAME)
            place = Path(folder, one.name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(one.text, encoding="utf-8")
        return _compile([MAIN], Path(folder))


def _compile(names: list[str], folder: Path) -> list[FileDescriptorProto]:
    with tempfile.TemporaryDirectory() as target:
        out = Path(target, "out")
        words = [f"-I{folder}", f"-I{_KNOWN}", "--include_imports", f"--descriptor_set_out={out}"]
        with _heard(Path(target, "words")) as heard:
            failed = _protoc_compiler.run_main([w.encode() for w in ("protoc", *words, *names)])
        if failed:
            raise Malformed(heard().replace(f"{folder}/", "") or Own.NOT_COMPILED)
        return list(descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes()).file)


@contextmanager
def _heard(place: Path) -> Iterator[Callable[[], str]]:
    """What protoc, which is C++, says meanwhile on its standard error."""
    kept = os.dup(2)
    with place.open("wb") as file:
        os.dup2(file.fileno(), 2)
        try:
            yield lambda: place.read_bytes()[:WORDS].decode("utf-8", "replace").strip()
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _pool(found: Iterable[FileDescriptorProto]) -> descriptor_pool.DescriptorPool:
    pool = descriptor_pool.DescriptorPool()
    for one in found:
        pool.Add(one)
    return pool


def _type_name(file: FileDescriptorProto, places: tuple[int, ...]) -> str:
    names = [file.package] if file.package else []
    here: FileDescriptorProto | DescriptorProto = file
    for place in places:
        among = here.message_type if isinstance(here, FileDescriptorProto) else here.nested_type
        if place >= len(among):
            raise Malformed(Own.NO_SUCH_TYPE)
        here = among[place]
        names.append(here.name)
    return ".".join(names)
