"""Paths that cannot leave a folder.

Comparing names is not enough: the folder is shared with other programs, and a link in it may point
anywhere, and may be put there between a check and its use. So a path is walked from an open folder,
one name at a time, and the kernel is told to follow no link (O_NOFOLLOW); `..` is taken off
beforehand and ends at the top. Links are shown in listings, but never followed or made.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STEP = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""For the last name of a path; not blocking, because opening a named pipe could."""


def names(path: bytes) -> list[bytes]:
    """The names of a client's path, from the top; relative paths start there too."""
    found: list[bytes] = []
    for name in path.split(b"/"):
        if name == b"..":
            del found[-1:]
        elif name not in (b"", b"."):
            found.append(name)
    return found


def shown(path: bytes) -> bytes:
    """A path as the client is told it: absolute, without `.` and `..`."""
    return b"/" + b"/".join(names(path))


class Folder:
    """A folder, and what is below it."""

    def __init__(self, root: Path) -> None:
        self._root = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)

    def of(self, name: str) -> Folder:
        """The folder of this name below it, made if it is not there, as a top of its own; with no
        name itself, once more. Raises OSError when something else has the name, such as a link."""
        if name:
            with contextlib.suppress(FileExistsError):
                self.mkdir(os.fsencode(name))
        below = Folder.__new__(Folder)
        below._root = os.open(name or ".", STEP, dir_fd=self._root)
        return below

    def close(self) -> None:
        """Give the folder back."""
        os.close(self._root)

    @contextmanager
    def parent(self, path: bytes) -> Iterator[tuple[int, bytes]]:
        """The open folder that holds `path`, and the name in it (`.` for the top)."""
        *folders, last = names(path) or [b"."]
        current = os.open(b".", STEP, dir_fd=self._root)
        try:
            for name in folders:
                below = os.open(name, STEP, dir_fd=current)
                os.close(current)
                current = below
            yield current, last
        finally:
            os.close(current)

    def open(self, path: bytes, flags: int, mode: int = 0o666) -> int:
        """Open a plain file or a folder; raises OSError, for anything else PermissionError."""
        with self.parent(path) as (folder, name):
            descriptor = os.open(name, flags | PLAIN, mode, dir_fd=folder)
        kind = os.fstat(descriptor).st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            os.close(descriptor)
            raise PermissionError(errno.EACCES, "neither a file nor a folder")
        return descriptor

    def stat(self, path: bytes) -> os.stat_result:
        """Attributes; of a link itself, not of what it points to."""
        with self.parent(path) as (folder, name):
            return os.stat(name, dir_fd=folder, follow_symlinks=False)

    def entries(self, path: bytes) -> list[tuple[bytes, os.stat_result]]:
        """Names in a folder with their attributes, sorted."""
        descriptor = self.open(path, os.O_RDONLY | os.O_DIRECTORY)
        found = []
        try:
            with os.scandir(descriptor) as opened:
                here = sorted(os.fsencode(entry.name) for entry in opened)
            for name in here:
                try:
                    found.append((name, os.stat(name, dir_fd=descriptor, follow_symlinks=False)))
                except FileNotFoundError:
                    continue  # Connect took it meanwhile.
        finally:
            os.close(descriptor)
        return found

    def mkdir(self, path: bytes) -> None:
        """Make a folder."""
        with self.parent(path) as (folder, name):
            os.mkdir(name, 0o777, dir_fd=folder)

    def rmdir(self, path: bytes) -> None:
        """Remove an empty folder."""
        with self.parent(path) as (folder, name):
            os.rmdir(name, dir_fd=folder)

    def remove(self, path: bytes) -> None:
        """Remove a file, or a link itself."""
        with self.parent(path) as (folder, name):
            os.unlink(name, dir_fd=folder)

    def rename(self, old: bytes, new: bytes, *, replace: bool) -> None:
        """Rename; an existing `new` is an error, or replaced."""
        with self.parent(old) as (source, name), self.parent(new) as (target, goal):
            if not replace:
                try:
                    os.stat(goal, dir_fd=target, follow_symlinks=False)
                except FileNotFoundError:
                    pass
                else:
                    raise FileExistsError(errno.EEXIST, "there is such a name already")
            os.rename(name, goal, src_dir_fd=source, dst_dir_fd=target)
