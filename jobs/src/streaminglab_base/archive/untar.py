"""Tar archives, packed with gzip or not, entry by entry."""

import gzip
import io
import tarfile
import zlib
from typing import IO, BinaryIO, cast

from streaminglab_base.archive.tree import Tree, Unfit, chunks, shown

_LARGEST_HEADER = 1 << 20
_DAMAGED = (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile, UnicodeError, ValueError)


def unpack(source: BinaryIO, tree: Tree, *, compressed: bool) -> None:
    """Write all entries into ``tree``. Raises Unfit."""
    try:
        content = cast("BinaryIO", gzip.GzipFile(fileobj=source)) if compressed else source
        with tarfile.TarFile(fileobj=cast("IO[bytes]", _Reader(content))) as archive:
            while (entry := archive.next()) is not None:
                _write(archive, entry, tree)
    except _DAMAGED as error:
        raise Unfit(f"the tar file is damaged: {error}") from error


def _write(archive: tarfile.TarFile, entry: tarfile.TarInfo, tree: Tree) -> None:
    if entry.isdir():
        tree.folder(entry.name)
    elif entry.issym():
        tree.symbolic_link(entry.name, entry.linkname)
    elif entry.islnk():
        tree.hard_link(entry.name, entry.linkname)
    elif entry.isreg() and not entry.issparse():
        content = archive.extractfile(entry)
        tree.file(entry.name, chunks(content) if content else (), entry.size)
    else:
        raise Unfit(f"the archive's entry {shown(entry.name)} is no ordinary file: refused")


class _Reader(io.RawIOBase):
    """What tarfile reads from. It takes long headers (names, attributes) into memory whole, of
    whatever size they claim to be; here a read has a limit."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._source = source

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _LARGEST_HEADER:
            raise Unfit("the archive has a header of more than 1 MiB: refused")
        return self._source.read(size)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._source.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._source.seek(offset, whence)
