"""Writes what an archive holds below one folder, within limits.

Whether an entry may be written is decided by its name alone, before anything is. While an archive
is being read no link is ever made, so a path that is safe by its name is safe on the disk. Links
wait until the end and become hard links to files of the same archive.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from streaminglab_base.errors import JobError

MIB = 1 << 20
Parts = tuple[str, ...]
_DEEPEST = 32
_LONGEST_PART = 255
_DRIVE = re.compile(r"[A-Za-z]:")
_SHOWN = 200
_CHUNK = 1 << 16


class Unfit(JobError):
    """The archive holds what nobody needs and what could do harm, or is damaged."""


def shown(name: str) -> str:
    """A name for a message: quoted, control characters escaped, cut."""
    return repr(name if len(name) <= _SHOWN else name[:_SHOWN] + "...")


def inside(name: str) -> tuple[str, ...]:
    """The parts of an entry's path below its folder; empty for the folder itself.

    Unfit: absolute paths, "..", drives, names that no file can have. A backslash counts as a
    separator, because some packers write it as one.
    """
    path = name.replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part not in {"", "."})
    if path.startswith("/") or _DRIVE.match(path):
        raise Unfit(f"the archive's entry {shown(name)} is an absolute path: refused")
    if ".." in parts:
        raise Unfit(f"the archive's entry {shown(name)} would leave its folder: refused")
    if "\0" in path or any(len(part.encode(errors="replace")) > _LONGEST_PART for part in parts):
        raise Unfit(f"the archive's entry {shown(name)} cannot be a file's name: refused")
    if len(parts) > _DEEPEST:
        raise Unfit(f"the archive's entry {shown(name)} lies too deep: refused")
    return parts


def link_target(entry: str, target: str) -> tuple[str, ...]:
    """Where a symbolic link leads, as parts below its folder; Unfit when outside."""
    way = list(inside(entry)[:-1])
    if target.startswith("/") or "\\" in target or "\0" in target:
        raise Unfit(_leads_out(entry, target))
    for part in target.split("/"):
        if part in {"", "."}:
            continue
        if part != "..":
            way.append(part)
        elif way:
            way.pop()
        else:
            raise Unfit(_leads_out(entry, target))
    return tuple(way)


def _leads_out(entry: str, target: str) -> str:
    return (
        f"the archive's entry {shown(entry)} is a link that leads out of its folder, "
        f"to {shown(target)}: refused"
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an archive may be, in bytes and files."""

    download: int
    unpacked: int
    entries: int


class Tree:
    """An archive's folder in the making. Files get mode 0644: an archive's own bits are ignored."""

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
            raise Unfit(f"the archive's entry {shown(name)} has no name: refused")
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
            raise Unfit(_twice(name)) from error
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
                raise Unfit(f"the archive's link {shown(name)} leads to no file in it: refused")
            for link in ready:
                self._make_link(link, *waiting[link])
            waiting = {link: waiting[link] for link in waiting.keys() - ready}
        return len(self._files)

    def _link(self, name: str, target: Parts) -> None:
        self._count()
        parts = inside(name)
        if parts == target or not parts:
            raise Unfit(f"the archive's link {shown(name)} leads to itself: refused")
        self._links[parts] = (name, target)

    def _make_link(self, link: Parts, name: str, target: Parts) -> None:
        self._make(link[:-1], name)
        try:
            self._root.joinpath(*link).unlink(missing_ok=True)
            self._root.joinpath(*link).hardlink_to(self._root.joinpath(*target))
        except (IsADirectoryError, FileExistsError, PermissionError) as error:
            raise Unfit(_twice(name)) from error
        self._files.add(link)

    def _make(self, parts: Parts, name: str) -> None:
        try:
            self._root.joinpath(*parts).mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise Unfit(_twice(name)) from error

    def _count(self) -> None:
        self._entries += 1
        if self._entries > self._limits.entries:
            raise Unfit(f"the archive has more than {self._limits.entries} entries: refused")

    def _room(self, size: int) -> None:
        if size > self._left:
            limit = self._limits.unpacked // MIB
            raise Unfit(f"the archive unpacks to more than {limit} MiB: refused")


def _twice(name: str) -> str:
    return f"the archive's entry {shown(name)} is both a file and a folder: refused"


def chunks(source: IO[bytes]) -> Iterator[bytes]:
    """The rest of a file, piece by piece."""
    while piece := source.read(_CHUNK):
        yield piece
