"""Open files. A new file appears under its name only when it is whole.

Kafka Connect watches the same folder: it must never read a file that is still being written, nor
the first half of one whose sender was cut off.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from pathlib import Path

from streaminglab_sftp.beneath import Folder, names

SUFFIX = b".uploading"
_SCRATCH = re.compile(r"\..+\.[0-9a-f]{8}\.uploading")
LONGEST_NAME = 255


class OpenFile:
    """A file that is read, or written in place."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def seek(self, offset: int, whence: int) -> int:
        """lseek(2): asyncssh asks its own clients' way where a sparse file holds data."""
        return os.lseek(self.descriptor, offset, whence)

    def finish(self, *, whole: bool) -> None:
        """Close; `whole` says whether the client itself closed it."""
        del whole
        os.close(self.descriptor)


class Upload(OpenFile):
    """A file that is written beside its place, under a hidden name, and put there when whole."""

    def __init__(self, folder: Folder, path: bytes, mode: int) -> None:
        *above, name = names(path) or [b"."]
        with contextlib.suppress(FileNotFoundError):
            if stat.S_ISDIR(folder.stat(path).st_mode):
                raise IsADirectoryError(errno.EISDIR, "there is a folder of this name")
        scratch = b"." + name[: LONGEST_NAME - 24] + b"." + secrets.token_hex(4).encode() + SUFFIX
        self._folder, self._path = folder, path
        self._scratch = b"/".join([*above, scratch])
        super().__init__(folder.open(self._scratch, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode))

    def finish(self, *, whole: bool) -> None:
        """Put it in its place, or forget it."""
        try:
            if whole:
                os.fsync(self.descriptor)
                self._folder.rename(self._scratch, self._path, replace=True)
        finally:
            os.close(self.descriptor)
            with contextlib.suppress(FileNotFoundError):
                self._folder.remove(self._scratch)


def sweep(root: Path) -> int:
    """Remove what uploads left behind when the server was killed; returns how many."""
    count = 0
    for directory, _, files in os.walk(root):
        for name in filter(_SCRATCH.fullmatch, files):
            with contextlib.suppress(OSError):
                (Path(directory) / name).unlink()
                count += 1
    return count
