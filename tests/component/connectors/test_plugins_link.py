"""No plugin of Connect names a class of Kafka that the worker does not have.

A plugin that does breaks with NoClassDefFoundError, some of them only when a connector starts.
Kafka's internal classes move from release to release (4.4.0 moved 33 of `common.utils`).
"""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.artifacts import get

# How a class file names another class (JVM specification, 4.4.1), as far as it is Kafka's own and
# handed on to the worker's class loader whatever a plugin brings (PluginUtils, in Kafka).
KAFKA = re.compile(rb"org/apache/kafka/(?:clients|common|connect)/[\w/$]+")
OWN_FOLDERS = ("org/apache/kafka/connect/file/", "org/apache/kafka/connect/mirror/")


def classes(jar: zipfile.ZipFile) -> Iterator[str]:
    """`org/apache/kafka/common/Node`, of every class in a jar."""
    return (name.removesuffix(".class") for name in jar.namelist() if name.endswith(".class"))


def named(jar: zipfile.ZipFile) -> set[str]:
    """Kafka's classes that the classes of a jar name."""
    found = {
        match.decode()
        for name in jar.namelist()
        if name.endswith(".class")
        for match in KAFKA.findall(jar.read(name))
    }
    return {name for name in found if not name.startswith(OWN_FOLDERS)}


def jars(artefact: Path) -> Iterator[tuple[str, zipfile.ZipFile]]:
    """Every jar of an artefact, also those in an archive."""
    for path in sorted(artefact.rglob("*")):
        if path.suffix == ".jar":
            yield path.name, zipfile.ZipFile(path)
        elif path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    file = archive.extractfile(member) if member.name.endswith(".jar") else None
                    if file is not None:
                        yield Path(member.name).name, zipfile.ZipFile(io.BytesIO(file.read()))


@pytest.fixture(scope="module")
def worker() -> frozenset[str]:
    """Every class on the worker's class path."""
    return frozenset(name for _, jar in jars(get("connect-jars")) for name in classes(jar))


@pytest.mark.parametrize("artefact", ["connect-plugins", "csv-source"])
def test_a_plugin_finds_every_class_of_kafka_that_it_names(
    artefact: str, worker: frozenset[str]
) -> None:
    looked = 0
    missing: dict[str, list[str]] = {}
    for name, jar in jars(get(artefact)):
        # What a plugin brings of Connect's own API is never loaded: the worker has it.
        if not name.startswith(("connect-api-", "connect-json-", "kafka-clients-")):
            looked += 1
            lacking = sorted(named(jar) - set(classes(jar)) - worker)
            missing |= {name: lacking} if lacking else {}
    assert looked > 0
    assert missing == {}, f"the worker lacks what these plugins use: {missing}"


def test_a_class_that_is_gone_is_found_and_a_plugins_own_is_not_asked_for() -> None:
    with zipfile.ZipFile(io.BytesIO(), "w") as jar:
        gone, own = "org/apache/kafka/common/utils/Gone", "org/apache/kafka/connect/file/Own"
        jar.writestr("Task.class", f"\x07{gone}\x01\x07{own}\x01\x07java/lang/Object")
        assert named(jar) == {gone}
        assert list(classes(jar)) == ["Task"]
