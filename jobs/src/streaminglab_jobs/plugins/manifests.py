"""Adds the manifests that a plugin lacks, so that a worker finds it.

A worker of this lab finds plugins by their manifests alone (plugin.discovery=service_load), which
is quick. Plugins from before KIP-898 have none, MongoDB's 2.0.1 among them. Kafka's own tool for
this (connect-plugin-path sync-manifests) costs a JVM; this reads class files.
"""

import logging
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from streaminglab_base.archive import unzip
from streaminglab_base.errors import JobError
from streaminglab_jobs.plugins import classfile
from streaminglab_jobs.plugins.classfile import JavaClass

JAR = "streaminglab-manifests.jar"
FOLDER = "META-INF/services/"
# org.apache.kafka.connect.runtime.isolation.PluginType, without what only an administrator uses.
KINDS = (
    "org.apache.kafka.connect.source.SourceConnector",
    "org.apache.kafka.connect.sink.SinkConnector",
    "org.apache.kafka.connect.storage.Converter",
    "org.apache.kafka.connect.storage.HeaderConverter",
    "org.apache.kafka.connect.transforms.Transformation",
    "org.apache.kafka.connect.transforms.predicates.Predicate",
)
_LARGEST_CLASS = 1 << 20
_MOST_CLASSES = 100_000
_MOST_ENTRIES = 20_000
_DAMAGED = (*unzip.DAMAGED, JobError, OSError, RuntimeError)
log = logging.getLogger(__name__)


def add_missing(root: Path) -> int:
    """Write a jar of manifests into a plugin whose connectors have none; returns how many classes
    it names.

    A jar that cannot be read is passed over: the worker will say what it thinks of it.
    """
    jars = sorted(root.rglob("*.jar"))
    declared = {line for jar in jars for line in _declared(jar)}
    if any(kind in KINDS[:2] for kind, _ in declared):
        return 0
    found = [
        (kind, name)
        for kind, names in providers(one for jar in jars for one in _classes(jar)).items()
        for name in names
        if (kind, name) not in declared
    ]
    if found:
        # A fixed date (ZipInfo's default): the same plugin gives the same file.
        with zipfile.ZipFile(root / JAR, "w") as archive:
            for kind in sorted({kind for kind, _ in found}):
                lines = "".join(f"{name}\n" for one, name in found if one == kind)
                archive.writestr(zipfile.ZipInfo(FOLDER + kind), lines)
    return len(found)


def providers(classes: Iterable[JavaClass]) -> dict[str, list[str]]:
    """Kind of plugin -> the classes that are one, by what they extend, however far up."""
    children: dict[str, list[JavaClass]] = {}
    for one in classes:
        for parent in one.parents:
            children.setdefault(parent, []).append(one)
    found = {kind: sorted(o.name for o in _below(kind, children) if o.usable) for kind in KINDS}
    return {kind: names for kind, names in found.items() if names}


def _below(kind: str, children: Mapping[str, list[JavaClass]]) -> set[JavaClass]:
    """All descendants of a class; damaged files may even name each other as parents."""
    below: set[JavaClass] = set()
    todo = [kind]
    while todo:
        new = set(children.get(todo.pop(), ())) - below
        below |= new
        todo += [one.name for one in new]
    return below


@contextmanager
def _opened(jar: Path) -> Iterator[zipfile.ZipFile]:
    with jar.open("rb") as source:
        unzip.check_list(source, _MOST_ENTRIES)
        with zipfile.ZipFile(source) as archive:
            yield archive


def _declared(jar: Path) -> Iterator[tuple[str, str]]:
    """(kind, class) of every manifest in a jar; in one "#" begins a comment."""
    try:
        with _opened(jar) as archive:
            for kind in KINDS:
                if FOLDER + kind in archive.namelist():
                    with archive.open(FOLDER + kind) as content:
                        text = content.read(_LARGEST_CLASS).decode(errors="replace")
                    names = (line.partition("#")[0].strip() for line in text.splitlines())
                    yield from ((kind, name) for name in names if name)
    except _DAMAGED as error:
        log.warning(f"{jar.name} cannot be read: {error}")


def _classes(jar: Path) -> Iterator[JavaClass]:
    try:
        with _opened(jar) as archive:
            entries = (e for e in archive.infolist() if e.filename.endswith(".class"))
            for entry, _ in zip(entries, range(_MOST_CLASSES), strict=False):
                with archive.open(entry) as content:
                    yield from _class(content.read(_LARGEST_CLASS))
    except _DAMAGED as error:
        log.warning(f"{jar.name} cannot be read whole: {error}")


def _class(content: bytes) -> Iterator[JavaClass]:
    try:
        yield classfile.read(content)
    except ValueError:
        return
