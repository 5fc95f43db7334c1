"""May an archive's entry be written? Decided by its name alone, before anything is."""

import re

from streaminglab_base.errors import JobError

_DEEPEST = 32
_LONGEST_PART = 255
_DRIVE = re.compile(r"[A-Za-z]:")
_SHOWN = 200


class Refused(JobError):
    """The archive holds what no plugin needs and what could do harm, or is damaged."""


def shown(name: str) -> str:
    """A name for a message: quoted, control characters escaped, cut."""
    return repr(name if len(name) <= _SHOWN else name[:_SHOWN] + "...")


def inside(name: str) -> tuple[str, ...]:
    """The parts of an entry's path below the plugin's folder; empty for the folder itself.

    Refused: absolute paths, "..", drives, names that no file can have. A backslash counts as a
    separator, because some packers write it as one.
    """
    path = name.replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part not in {"", "."})
    if path.startswith("/") or _DRIVE.match(path):
        raise Refused(f"the archive's entry {shown(name)} is an absolute path: refused")
    if ".." in parts:
        raise Refused(f"the archive's entry {shown(name)} would leave the plugin's folder: refused")
    if "\0" in path or any(len(part.encode(errors="replace")) > _LONGEST_PART for part in parts):
        raise Refused(f"the archive's entry {shown(name)} cannot be a file's name: refused")
    if len(parts) > _DEEPEST:
        raise Refused(f"the archive's entry {shown(name)} lies too deep: refused")
    return parts


def link_target(entry: str, target: str) -> tuple[str, ...]:
    """Where a symbolic link leads, as parts below the plugin's folder; Refused when outside."""
    way = list(inside(entry)[:-1])
    if target.startswith("/") or "\\" in target or "\0" in target:
        raise Refused(_leads_out(entry, target))
    for part in target.split("/"):
        if part in {"", "."}:
            continue
        if part != "..":
            way.append(part)
        elif way:
            way.pop()
        else:
            raise Refused(_leads_out(entry, target))
    return tuple(way)


def _leads_out(entry: str, target: str) -> str:
    return (
        f"the archive's entry {shown(entry)} is a link that leads out of the plugin's folder, "
        f"to {shown(target)}: refused"
    )
