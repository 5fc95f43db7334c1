"""Plugins without manifests get them, by what their class files say."""

import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_jobs.plugins import classfile, manifests
from streaminglab_jobs.plugins.classfile import JavaClass
from tests.unit.jobs.plugin_archives import zipped

SOURCE, SINK, CONVERTER, _, TRANSFORMATION, _ = manifests.KINDS
PUBLIC, ABSTRACT, INTERFACE = 0x0001, 0x0400, 0x0200


def compiled(name: str, above: str, interfaces: Iterable[str] = (), flags: int = PUBLIC) -> bytes:
    """The head of a class file, with constants of every size before the names."""
    constants = [
        b"\x05" + bytes(8), None, b"\x03" + bytes(4), b"\x0a" + bytes(4), b"\x08" + bytes(2),
        b"\x0f" + bytes(3), b"\x01" + struct.pack(">H", 3) + "é!".encode(),
    ]  # fmt: skip
    places = []
    for one in (name, above, *interfaces):
        text = one.replace(".", "/").encode()
        constants.append(b"\x01" + struct.pack(">H", len(text)) + text)
        constants.append(b"\x07" + struct.pack(">H", len(constants)))
        places.append(len(constants))
    pool = b"".join(constant for constant in constants if constant)
    head = struct.pack(">LHHH", 0xCAFEBABE, 0, 61, len(constants) + 1) + pool
    this, parent, *others = places
    return head + struct.pack(f">HHHH{len(others)}H", flags, this, parent, len(others), *others)


def plugin(root: Path, **jars: dict[str, bytes]) -> Path:
    (root / "lib").mkdir()
    for name, entries in jars.items():
        (root / "lib" / f"{name}.jar").write_bytes(zipped(entries))
    return root


def added(root: Path) -> dict[str, list[str]]:
    path = root / manifests.JAR
    if not path.exists():
        return {}
    with zipfile.ZipFile(path) as archive:
        return {
            name.removeprefix(manifests.FOLDER): archive.read(name).decode().split()
            for name in archive.namelist()
        }


def test_a_class_file_is_read() -> None:
    found = classfile.read(compiled("a.B$C", "java.lang.Object", ["x.Y", "x.Z"]))
    assert found == JavaClass("a.B$C", ("java.lang.Object", "x.Y", "x.Z"), usable=True)


@pytest.mark.parametrize("flags", [0, ABSTRACT | PUBLIC, INTERFACE | ABSTRACT | PUBLIC])
def test_what_a_worker_could_not_make_is_not_usable(flags: int) -> None:
    assert not classfile.read(compiled("a.B", "java.lang.Object", flags=flags)).usable


@given(st.binary(max_size=200), st.integers(0, 80))
def test_a_damaged_class_file_is_refused_or_read_and_never_breaks(damage: bytes, at: int) -> None:
    good = compiled("a.B", SOURCE)
    for content in (damage, good[:at], good[:at] + damage + good[at + len(damage) :]):
        try:
            classfile.read(content)
        except ValueError as error:
            assert "no class file" in str(error)


def test_connectors_are_found_however_far_up_and_in_whatever_jar_their_parents_are(
    tmp_path: Path,
) -> None:
    root = plugin(
        tmp_path,
        base={"a/Base.class": compiled("a.Base", SOURCE, flags=PUBLIC | ABSTRACT)},
        connector={
            "a/Middle.class": compiled("a.Middle", "a.Base", flags=0),
            "a/Csv.class": compiled("a.Csv", "a.Middle"),
            "a/Jdbc.class": compiled("a.Jdbc", SINK),
            "a/Mask$Key.class": compiled("a.Mask$Key", "java.lang.Object", [TRANSFORMATION]),
            "a/Other.class": compiled("a.Other", "java.lang.Object", ["java.io.Closeable"]),
            "module-info.class": b"\xca\xfe\xba\xbe",
        },
    )
    assert manifests.add_missing(root) == 3
    assert added(root) == {SOURCE: ["a.Csv"], SINK: ["a.Jdbc"], TRANSFORMATION: ["a.Mask$Key"]}


def test_a_plugin_that_names_its_connectors_is_left_as_it_is(tmp_path: Path) -> None:
    entries = {
        "a/Csv.class": compiled("a.Csv", SOURCE),
        "a/More.class": compiled("a.More", SOURCE),
        manifests.FOLDER + SOURCE: b"a.Csv\n",
    }
    assert manifests.add_missing(plugin(tmp_path, connector=entries)) == 0
    assert added(tmp_path) == {}


def test_manifests_of_a_library_do_not_hide_a_connector_that_has_none(tmp_path: Path) -> None:
    root = plugin(
        tmp_path,
        library={
            manifests.FOLDER + CONVERTER: b"# License\na.Text # the usual one\n",
            "a/Text.class": compiled("a.Text", "java.lang.Object", [CONVERTER]),
        },
        connector={"a/Csv.class": compiled("a.Csv", SOURCE)},
    )
    assert manifests.add_missing(root) == 1
    assert added(root) == {SOURCE: ["a.Csv"]}


def test_classes_that_name_each_other_as_parents_end_nowhere() -> None:
    circle = [JavaClass("a.A", ("a.B",), True), JavaClass("a.B", ("a.A", SOURCE), True)]
    assert manifests.providers(circle) == {SOURCE: ["a.A", "a.B"]}


def test_a_jar_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    root = plugin(tmp_path, connector={"a/Csv.class": compiled("a.Csv", SOURCE)})
    (root / "broken.jar").write_bytes(b"PK\x03\x04 no zip")
    assert manifests.add_missing(root) == 1


def test_the_same_plugin_gives_the_same_file(tmp_path: Path) -> None:
    root = plugin(tmp_path, connector={"a/Csv.class": compiled("a.Csv", SOURCE)})
    contents = set()
    for _ in range(2):
        manifests.add_missing(root)
        contents.add((root / manifests.JAR).read_bytes())
        (root / manifests.JAR).unlink()
    assert len(contents) == 1
