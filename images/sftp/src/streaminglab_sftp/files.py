"""SFTP's requests, carried out below one folder (see beneath.py)."""

from __future__ import annotations

import errno
import logging
import os
import stat
from collections.abc import AsyncIterator
from typing import Any, NoReturn, cast

import asyncssh
from asyncssh.constants import FXF_APPEND, FXF_CREAT, FXF_EXCL, FXF_READ, FXF_TRUNC, FXF_WRITE

from streaminglab_sftp import beneath
from streaminglab_sftp.uploads import OpenFile, Upload

log = logging.getLogger(__name__)

Channel = asyncssh.SSHServerChannel[bytes]


def os_flags(pflags: int) -> int:
    """The flags of open(2) for those of the SFTP protocol, version 3."""
    reads, writes = bool(pflags & FXF_READ), bool(pflags & (FXF_WRITE | FXF_APPEND))
    flags = os.O_RDWR if reads and writes else os.O_WRONLY if writes else os.O_RDONLY
    pairs = (
        (FXF_APPEND, os.O_APPEND), (FXF_CREAT, os.O_CREAT),
        (FXF_TRUNC, os.O_TRUNC), (FXF_EXCL, os.O_EXCL),
    )  # fmt: skip
    return flags | sum(flag for asked, flag in pairs if pflags & asked)


def permitted(mode: int | None, *, folder: bool) -> int:
    """The mode that is set when a client asks for one.

    No setuid and the like; and what Kafka Connect, the same user, needs stays.
    """
    least = 0o700 if folder else 0o600
    return (0o777 if folder else 0o666) if mode is None else (mode & 0o777) | least


class DropFolder(asyncssh.SFTPServer):
    """One client's view of the folder, which is closed with it."""

    def __init__(self, channel: Channel, folder: beneath.Folder) -> None:
        super().__init__(channel)
        self._folder = folder

    def exit(self) -> None:
        self._folder.close()

    # Files

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> OpenFile:
        mode = permitted(attrs.permissions, folder=False)
        fresh = FXF_CREAT | FXF_TRUNC
        if pflags & fresh == fresh and not pflags & FXF_EXCL:
            return Upload(self._folder, path, mode)
        descriptor = self._folder.open(path, os_flags(pflags), mode)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise IsADirectoryError(errno.EISDIR, "a folder is not read as a file")
        return OpenFile(descriptor)

    def open56(self, *_: Any) -> NoReturn:
        raise asyncssh.SFTPOpUnsupported("this server speaks version 3")

    def close(self, file_obj: object) -> None:
        cast(OpenFile, file_obj).finish(whole=not self._cut_off())

    def _cut_off(self) -> bool:
        """Whether a file is being closed because the client went away.

        There is no public way to ask whether the client ended its side of the channel.
        """
        return self.channel.is_closing() or getattr(self.channel, "_recv_state", "") != "open"

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        return os.pread(cast(OpenFile, file_obj).descriptor, size, offset)

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        view, descriptor = memoryview(data), cast(OpenFile, file_obj).descriptor
        while view:
            done = os.pwrite(descriptor, view, offset)
            view, offset = view[done:], offset + done
        return len(data)

    def fsync(self, file_obj: object) -> None:
        os.fsync(cast(OpenFile, file_obj).descriptor)

    # Names

    def remove(self, path: bytes) -> None:
        self._folder.remove(path)

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        self._folder.mkdir(path)

    def rmdir(self, path: bytes) -> None:
        self._folder.rmdir(path)

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._folder.rename(oldpath, newpath, replace=False)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._folder.rename(oldpath, newpath, replace=True)

    def realpath(self, path: bytes) -> bytes:
        return beneath.shown(path)

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        here = self._folder.stat(path)
        for name in (b".", b".."):
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs.from_local(here))
        for name, found in self._folder.entries(path):
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs.from_local(found))

    # Links: never followed, so there is nothing to make or to read.

    def readlink(self, path: bytes) -> NoReturn:
        raise asyncssh.SFTPPermissionDenied("links are not followed here")

    def symlink(self, oldpath: bytes, newpath: bytes) -> NoReturn:
        raise asyncssh.SFTPPermissionDenied("links are not made here")

    def link(self, oldpath: bytes, newpath: bytes) -> NoReturn:
        raise asyncssh.SFTPPermissionDenied("links are not made here")

    # Attributes

    def stat(self, path: bytes) -> os.stat_result:
        return self._folder.stat(path)

    def lstat(self, path: bytes) -> os.stat_result:
        return self._folder.stat(path)

    def fstat(self, file_obj: object) -> os.stat_result:
        return os.fstat(cast(OpenFile, file_obj).descriptor)

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        access = os.O_RDONLY if attrs.size is None else os.O_WRONLY
        descriptor = self._folder.open(path, access)
        try:
            set_attributes(descriptor, attrs)
        finally:
            os.close(descriptor)

    def lsetstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        self.setstat(path, attrs)

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        set_attributes(cast(OpenFile, file_obj).descriptor, attrs)

    def statvfs(self, path: bytes) -> os.statvfs_result:
        descriptor = self._folder.open(path, os.O_RDONLY)
        try:
            return os.fstatvfs(descriptor)
        finally:
            os.close(descriptor)

    def fstatvfs(self, file_obj: object) -> os.statvfs_result:
        return os.fstatvfs(cast(OpenFile, file_obj).descriptor)


def set_attributes(descriptor: int, attrs: asyncssh.SFTPAttrs) -> None:
    """Size, mode and times; the owner is the only user there is."""
    if attrs.uid not in (None, os.getuid()):
        raise asyncssh.SFTPPermissionDenied("files cannot be given away")
    if attrs.size is not None:
        os.ftruncate(descriptor, attrs.size)
    if attrs.permissions is not None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        os.fchmod(descriptor, permitted(attrs.permissions, folder=is_folder))
    if attrs.atime is not None or attrs.mtime is not None:
        now = os.fstat(descriptor)
        os.utime(
            descriptor,
            (
                now.st_atime if attrs.atime is None else attrs.atime,
                now.st_mtime if attrs.mtime is None else attrs.mtime,
            ),
        )
