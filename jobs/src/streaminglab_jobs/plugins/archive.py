"""What kind of file was downloaded, and unpacking it."""

import re
from pathlib import Path

from streaminglab_base.archive import content, untar, unzip
from streaminglab_base.archive.tree import Limits, Tree, Unfit, chunks

_ENDINGS = (
    (re.compile(r"\.jar$"), "jar"),
    (re.compile(r"\.zip$"), "zip"),
    (re.compile(r"\.(tar\.gz|tgz)$"), "tar.gz"),
    (re.compile(r"\.tar$"), "tar"),
)
_CONTENT = {"jar": "zip", "zip": "zip", "tar.gz": "tar.gz", "tar": "tar"}


def kind_of(file_name: str, head: bytes) -> str:
    """``jar``, ``zip``, ``tar`` or ``tar.gz``; by the name, or by the first bytes if it has no
    known ending (``zip?`` is then either of the first two). Unfit when name and content
    contradict each other: a web page, most often."""
    found = content.kind(head)
    for ending, kind in _ENDINGS:
        if ending.search(file_name.lower()):
            if _CONTENT[kind] != found:
                raise Unfit(f"{file_name} is no {kind} file: {content.looks(head)}")
            return kind
    if not found:
        raise Unfit(f"the file is neither jar, zip, tar nor tar.gz: {content.looks(head)}")
    return "zip?" if found == "zip" else found


def unpack(file: Path, file_name: str, root: Path, limits: Limits) -> int:
    """Unpack into the new folder ``root``; returns the number of files. Raises Unfit."""
    with file.open("rb") as source:
        kind = kind_of(file_name, source.read(content.HEAD))
        source.seek(0)
        tree = Tree(root, limits)
        if kind == "jar" or (kind == "zip?" and unzip.is_jar(source, limits)):
            source.seek(0)
            tree.file(file_name if kind == "jar" else f"{file_name}.jar", chunks(source))
        elif kind in {"zip", "zip?"}:
            unzip.unpack(source, tree, limits)
        else:
            untar.unpack(source, tree, compressed=kind == "tar.gz")
    return content.finished(tree)
