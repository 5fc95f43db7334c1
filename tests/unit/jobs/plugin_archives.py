"""Archives made in memory, good ones and harmful ones."""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Mapping

JAR_ENTRIES = {"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n", "dev/X.class": b"\xca\xfe"}


def zipped(entries: Mapping[str, bytes], modes: Mapping[str, int] | None = None) -> bytes:
    """A zip; ``modes`` are Unix types and bits of single entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (modes or {}).get(name, 0) << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def jar() -> bytes:
    """A jar."""
    return zipped(JAR_ENTRIES)


def tarred(*entries: tuple[str, bytes, str], compressed: bool = True) -> bytes:
    """A tar.gz of (name, type, link target or content)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz" if compressed else "w") as archive:
        for name, kind, text in entries:
            info = tarfile.TarInfo(name)
            info.type = kind
            content = b""
            if kind == tarfile.REGTYPE:
                content = text.encode()
            else:
                info.linkname = text
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def tar_with_huge_header() -> bytes:
    """A tar whose first header says that a name of 8 GiB follows."""
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    info.size = 8 << 30
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20))


def zip_with_many_entries_claimed() -> bytes:
    """A zip whose last record tells of a list of 2 GiB."""
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFE, 0xFFFE, 2 << 30, 0, 0)
    return b"PK\x03\x04" + bytes(100) + end
