"""What kind of archive a file is, by its first bytes, and unpacking it by that."""

from pathlib import Path

from streaminglab_base.archive import untar, unzip
from streaminglab_base.archive.tree import Limits, Tree, Unfit

HEAD = 512
"""Bytes that tell."""
KINDS = ("zip", "tar.gz", "tar")
_GZIP, _ZIP, _TAR_AT, _TAR = b"\x1f\x8b", b"PK\x03\x04", 257, b"ustar"


def kind(head: bytes) -> str:
    """``zip``, ``tar.gz`` or ``tar``; empty when it is none of them."""
    if head.startswith(_GZIP):
        return "tar.gz"
    if head.startswith(_ZIP):
        return "zip"
    return "tar" if head[_TAR_AT:].startswith(_TAR) else ""


def looks(head: bytes) -> str:
    """What a file that is no archive looks like: a web page, most often."""
    start = head.lstrip()[:15].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "the address answers with a web page"
    return f"it begins with {head[:16]!r}" if head else "it is empty"


def unpack(file: Path, root: Path, limits: Limits) -> int:
    """Unpack into the new folder ``root``; returns the number of files. Raises Unfit."""
    with file.open("rb") as source:
        head = source.read(HEAD)
        found = kind(head)
        if not found:
            raise Unfit(f"the file is neither zip, tar nor tar.gz: {looks(head)}")
        source.seek(0)
        tree = Tree(root, limits)
        if found == "zip":
            unzip.unpack(source, tree, limits)
        else:
            untar.unpack(source, tree, compressed=found == "tar.gz")
    return finished(tree)


def finished(tree: Tree) -> int:
    """The number of files of a tree that is whole. Raises Unfit when there is none."""
    count = tree.finish()
    if not count:
        raise Unfit("the archive holds no file")
    return count
