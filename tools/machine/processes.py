"""Looking after processes by their own ids and command lines, never by a broad name; and what
the machine lets this one do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
SYS_RESOURCE = 24
"""Number of CAP_SYS_RESOURCE (include/uapi/linux/capability.h)."""


def command_line(pid: int) -> list[str]:
    """The words of a process' command line; empty when it is gone or a zombie."""
    try:
        return (PROC / str(pid) / "cmdline").read_text(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def read_pid(file: Path) -> int | None:
    """The number in a process id file; None when there is none."""
    try:
        return int(file.read_text().strip())
    except (OSError, ValueError):
        return None


def alive(file: Path, program: str) -> bool:
    """Whether the process in `file` lives and really is `program`: numbers are reused."""
    pid = read_pid(file)
    words = command_line(pid) if pid else []
    return bool(words) and Path(words[0]).name == program


def with_word(word: str) -> list[int]:
    """Processes (not ourselves) with `word` inside one argument of their command line."""
    pids = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
    found = []
    for pid in pids:
        if pid != os.getpid() and any(word in arg for arg in command_line(pid)):
            found.append(pid)
    return found


def end(pids: Iterable[int], seconds: float = 15) -> None:
    """Ask the processes to end, wait, then force those that are left."""
    left = [pid for pid in pids if _send(pid, signal.SIGTERM)]
    limit = time.monotonic() + seconds
    while left and time.monotonic() < limit:
        time.sleep(0.1)
        left = [pid for pid in left if command_line(pid)]
    for pid in left:
        _send(pid, signal.SIGKILL)
    while left and time.monotonic() < limit + 5:
        time.sleep(0.05)
        left = [pid for pid in left if command_line(pid)]


def _send(pid: int, number: signal.Signals) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def bounding_set(status: Path = Path("/proc/self/status")) -> int:
    """Bit mask of the capabilities that this process and its children can ever hold."""
    for line in status.read_text().splitlines():
        if line.startswith("CapBnd:"):
            return int(line.split()[1], 16)
    raise ValueError(f"{status} has no CapBnd line")


def may_set_resources(mask: int) -> bool:
    """True when CAP_SYS_RESOURCE is there; some sandboxes and CI take it away from root."""
    return bool(mask >> SYS_RESOURCE & 1)
