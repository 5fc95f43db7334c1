"""What kind of file was downloaded, and unpacking it."""

import re
from pathlib import Path

from streaminglab_jobs.plugins import untar, unzip
from streaminglab_jobs.plugins.tree import Limits, Tree, Unfit, chunks

_GZIP, _ZIP, _TAR_AT, _TAR = b"\x1f\x8b", b"PK\x03\x04", 257, b"ustar"
_HEAD = 512
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
    content = _content(head)
    for ending, kind in _ENDINGS:
        if ending.search(file_name.lower()):
            if _CONTENT[kind] != content:
                raise Unfit(f"{file_name} is no {kind} file: {_looks(head)}")
            return kind
    if not content:
        raise Unfit(f"the file is neither jar, zip, tar nor tar.gz: {_looks(head)}")
    return "zip?" if content == "zip" else content


def unpack(file: Path, file_name: str, root: Path, limits: Limits) -> int:
    """Unpack into the new folder ``root``; returns the number of files. Raises Unfit."""
    with file.open("rb") as source:
        kind = kind_of(file_name, source.read(_HEAD))
        source.seek(0)
        tree = Tree(root, limits)
        if kind == "jar" or (kind == "zip?" and unzip.is_jar(source, limits)):
            source.seek(0)
            tree.file(file_name if kind == "jar" else f"{file_name}.jar", chunks(source))
        elif kind in {"zip", "zip?"}:
            unzip.unpack(source, tree, limits)
        else:
            untar.unpack(source, tree, compressed=kind == "tar.gz")
    found = tree.finish()
    if not found:
        raise Unfit("the archive holds no file")
    return found


def _content(head: bytes) -> str:
    if head.startswith(_GZIP):
        return "tar.gz"
    if head.startswith(_ZIP):
        return "zip"
    return "tar" if head[_TAR_AT:].startswith(_TAR) else ""


def _looks(head: bytes) -> str:
    start = head.lstrip()[:15].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "the address answers with a web page"
    return f"it begins with {head[:16]!r}" if head else "it is empty"
