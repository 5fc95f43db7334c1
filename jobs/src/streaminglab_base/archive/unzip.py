"""Zip archives, entry by entry."""

import errno
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from streaminglab_base.archive.tree import Limits, Tree, Unfit, chunks, shown

_ENCRYPTED = 0x1
_LONGEST_LINK = 1024
# The end of a zip (APPNOTE 4.3.16): its last record, with the size of the list of entries.
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_LOCATOR64 = b"PK\x06\x07"
_PER_ENTRY = 512
"""Bytes that one entry takes in the list, more than any sensible one."""
# What a damaged zip makes zipfile raise.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error, NotImplementedError,
    ValueError, LookupError,
)  # fmt: skip


def is_jar(source: BinaryIO, limits: Limits) -> bool:
    """Whether a zip without a telling name is a single jar, and not an archive of jars."""
    check_list(source, limits.entries)
    with _plain_words(), zipfile.ZipFile(source) as archive:
        names = archive.namelist()
    return "META-INF/MANIFEST.MF" in names and not any(n.endswith(".jar") for n in names)


def unpack(source: BinaryIO, tree: Tree, limits: Limits) -> None:
    """Write all entries into ``tree``. Raises Unfit."""
    check_list(source, limits.entries)
    with _plain_words(), zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            _write(archive, entry, tree)


@contextmanager
def _plain_words() -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        raise Unfit(f"the zip file is damaged: {error}") from error
    except OSError as error:
        # A wrong offset in the file leads to a place before its beginning.
        if error.errno != errno.EINVAL:
            raise
        raise Unfit("the zip file is damaged: it points outside itself") from error


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, tree: Tree) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & _ENCRYPTED:
        raise Unfit(f"the archive's entry {shown(entry.filename)} is encrypted: refused")
    if entry.is_dir():
        tree.folder(entry.filename)
    elif kind == stat.S_IFLNK:
        with archive.open(entry) as content:
            target = content.read(_LONGEST_LINK).decode(errors="replace")
        tree.symbolic_link(entry.filename, target)
    elif kind in {0, stat.S_IFREG}:
        with archive.open(entry) as content:
            tree.file(entry.filename, chunks(content), entry.file_size)
    else:
        raise Unfit(f"the archive's entry {shown(entry.filename)} is no ordinary file: refused")


def check_list(source: BinaryIO, entries: int) -> None:
    """Refuse a list of entries that is too long before zipfile takes all of it into memory."""
    size = source.seek(0, 2)
    source.seek(max(0, size - _LONGEST_COMMENT - _END_SIZE))
    tail = source.read()
    source.seek(0)
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_SIZE:
        raise Unfit("the zip file is damaged: its end is missing")
    (listed,) = struct.unpack_from("<L", tail, end + 12)
    # The 64-bit form is for more than 65,535 entries or 4 GiB: nothing here is like that.
    if tail.find(_LOCATOR64) >= 0 or listed > entries * _PER_ENTRY:
        raise Unfit(f"the archive has more than {entries} entries: refused")
