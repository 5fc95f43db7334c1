"""Copy files that somebody gives into the student's home, and never over what the student did.

What was copied is remembered in the home, with its checksum. A file that the student changed stays
as it is, one that was deleted stays away, one that is new is added, and one that the student left
as it was becomes the giver's newer one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

MEMORY = Path(".streaminglab", "notebooks.json")
UNKNOWN = ""
"""Copied by a version that kept no checksums."""


def copy(source: Path, home: Path, folder: str = "") -> list[str]:
    """Copy what is new of ``source`` and the folders below it, into ``folder`` of the home; returns
    the paths, from the home on."""
    memory = home / MEMORY
    known = recall(memory)
    before, copied = dict(known), []
    for path in found(source):
        name = Path(folder, path.relative_to(source)).as_posix()
        given = checksum(path)
        if wanted(name, home, known, given):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, home / name)
            copied.append(name)
            known[name] = given
        elif name not in known:
            known[name] = UNKNOWN
    if known != before:
        remember(memory, known)
    return copied


def found(source: Path) -> Iterator[Path]:
    """The files below a folder, but for those of a ConfigMap's own book-keeping (``..data``)."""
    for path in sorted(source.iterdir()):
        if path.name.startswith(".."):
            continue
        if path.is_dir():
            yield from found(path)
        elif path.is_file():
            yield path


def wanted(name: str, home: Path, known: dict[str, str], given: str) -> bool:
    """Whether a file is to be copied."""
    goal = home / name
    if name not in known:
        return not (goal.exists() or goal.is_symlink())
    last = known[name]
    return last not in (UNKNOWN, given) and goal.is_file() and checksum(goal) == last


def checksum(path: Path) -> str:
    """Of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def recall(memory: Path) -> dict[str, str]:
    """What was copied before, with its checksum; nothing when that cannot be read."""
    try:
        told = json.loads(memory.read_text())
    except (OSError, ValueError):
        return {}
    if isinstance(told, list):
        return {name: UNKNOWN for name in told if isinstance(name, str)}
    names = told if isinstance(told, dict) else {}
    return {name: last for name, last in names.items() if isinstance(last, str)}


def remember(memory: Path, known: dict[str, str]) -> None:
    """Write it whole or not at all."""
    memory.parent.mkdir(exist_ok=True)
    scratch = memory.with_name(f".{memory.name}.new")
    scratch.write_text(json.dumps(known, sort_keys=True))
    scratch.replace(memory)
