"""Writes what an archive holds below one folder, within limits.

While an archive is being read no link is ever made, so a path that is safe by its name is safe on
the disk. Links wait until the end and become hard links to files of the same plugin.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from streaminglab_jobs.plugins.entries import Refused, inside, link_target, shown

MIB = 1 << 20
Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a plugin may be, in bytes and files. The largest known (Debezium's JDBC sink) is
    58 MB packed, 62 MB unpacked, 60 files."""

    download: int = 512 * MIB
    unpacked: int = 1024 * MIB
    entries: int = 20_000


class Tree:
    """The plugin's folder in the making. Files get mode 0644: an archive's own bits are ignored."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self._root = root
        self._limits = limits
        self._entries = 0
        self._left = limits.unpacked
        self._files: set[Parts] = set()
        self._links: dict[Parts, tuple[str, Parts]] = {}
        root.mkdir(parents=True)

    def folder(self, name: str) -> None:
        """Make a folder."""
        self._count()
        self._make(inside(name), name)

    def file(self, name: str, chunks: Iterable[bytes], size: int = 0) -> None:
        """Write a file; ``size`` is what the archive claims, believed only when too large."""
        self._count()
        self._room(size)
        parts = inside(name)
        if not parts:
            raise Refused(f"the archive's entry {shown(name)} has no name: refused")
        self._make(parts[:-1], name)
        self._links.pop(parts, None)
        try:
            with self._root.joinpath(*parts).open("wb") as target:
                for chunk in chunks:
                    self._room(len(chunk))
                    self._left -= len(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
        except IsADirectoryError as error:
            raise Refused(_twice(name)) from error
        self._files.add(parts)

    def symbolic_link(self, name: str, target: str) -> None:
        """Note a symbolic link."""
        self._link(name, link_target(name, target))

    def hard_link(self, name: str, target: str) -> None:
        """Note a hard link; its target is written from the archive's root."""
        self._link(name, inside(target))

    def finish(self) -> int:
        """Make the links; returns the number of files."""
        waiting = self._links
        while waiting:
            ready = {link for link, (_, target) in waiting.items() if target in self._files}
            if not ready:
                name = next(iter(waiting.values()))[0]
                raise Refused(f"the archive's link {shown(name)} leads to no file in it: refused")
            for link in ready:
                self._make_link(link, *waiting[link])
            waiting = {link: waiting[link] for link in waiting.keys() - ready}
        return len(self._files)

    def _link(self, name: str, target: Parts) -> None:
        self._count()
        parts = inside(name)
        if parts == target or not parts:
            raise Refused(f"the archive's link {shown(name)} leads to itself: refused")
        self._links[parts] = (name, target)

    def _make_link(self, link: Parts, name: str, target: Parts) -> None:
        self._make(link[:-1], name)
        try:
            self._root.joinpath(*link).unlink(missing_ok=True)
            self._root.joinpath(*link).hardlink_to(self._root.joinpath(*target))
        except (IsADirectoryError, FileExistsError, PermissionError) as error:
            raise Refused(_twice(name)) from error
        self._files.add(link)

    def _make(self, parts: Parts, name: str) -> None:
        try:
            self._root.joinpath(*parts).mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise Refused(_twice(name)) from error

    def _count(self) -> None:
        self._entries += 1
        if self._entries > self._limits.entries:
            raise Refused(f"the archive has more than {self._limits.entries} entries: refused")

    def _room(self, size: int) -> None:
        if size > self._left:
            limit = self._limits.unpacked // MIB
            raise Refused(f"the archive unpacks to more than {limit} MiB: refused")


def _twice(name: str) -> str:
    return f"the archive's entry {shown(name)} is both a file and a folder: refused"
