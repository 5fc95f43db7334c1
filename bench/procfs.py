"""What a process and its children use, from /proc (proc(5), Linux)."""

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Stat:
    """One line of /proc/PID/stat: ``cpu_seconds`` counts children that have ended too."""

    parent: int
    cpu_seconds: float
    ended_children_cpu_seconds: float


def stat(pid: int, proc: Path = PROC) -> Stat | None:
    """A process's parent and CPU time, or None if it is gone."""
    try:
        text = (proc / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The name, in brackets, may hold blanks and brackets itself.
    fields = text[text.rindex(")") + 2 :].split()
    own, ended = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
    return Stat(int(fields[1]), (own + ended) / _TICKS, ended / _TICKS)


def tree(root: int, proc: Path = PROC) -> list[int]:
    """A process and all below it."""
    found = [root]
    for pid in found:
        found += _children(pid, proc)
    return found


def _children(pid: int, proc: Path) -> list[int]:
    pids: list[int] = []
    for tasks in (proc / str(pid) / "task").glob("*/children"):
        try:
            pids += map(int, tasks.read_text().split())
        except OSError:
            continue  # the thread has ended meanwhile
    return pids


def has_started(pid: int, root: int, proc: Path = PROC) -> bool:
    """False for a child between fork and exec: it still is its parent, and shares its memory."""
    try:
        return (proc / str(pid) / "exe").readlink() != (proc / str(root) / "exe").readlink()
    except OSError:
        return False


def rss_bytes(pid: int, proc: Path = PROC) -> int:
    """Resident memory of one process; 0 if it is gone."""
    try:
        return int((proc / str(pid) / "statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def pss_bytes(pid: int, proc: Path = PROC) -> int:
    """Resident memory of one process, shared pages counted in part; 0 if it is gone."""
    try:
        for line in (proc / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def cpu_seconds(root: int, proc: Path = PROC) -> float:
    """CPU time of a process, its ended children, and all that run below it."""
    found = (stat(pid, proc) for pid in tree(root, proc))
    return sum(s.cpu_seconds for s in found if s)


def ended_children_cpu_seconds(pid: int, proc: Path = PROC) -> float:
    """CPU time of the children that a process has waited for."""
    found = stat(pid, proc)
    return found.ended_children_cpu_seconds if found else 0.0
