"""What a figure was measured on: without it, a figure says nothing."""

import os
import platform
from pathlib import Path


def describe() -> dict[str, object]:
    """Processor, cores, memory, kernel, and how busy the machine was."""
    return {
        "cpu": _field("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memoryGiB": round(int(_field("/proc/meminfo", "MemTotal").split()[0]) / 2**20, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load1": round(os.getloadavg()[0], 2),
    }


def _field(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown 0"


class BusyCpu:
    """How busy all cores were since the start: a noisy machine voids nothing, but it must show."""

    def __init__(self) -> None:
        self._start = _cpu_line()

    def share(self) -> float:
        """Share of all cores that was in use since the start, 0 to 1."""
        before, now = self._start, _cpu_line()
        total = sum(now) - sum(before)
        idle = (now[3] + now[4]) - (before[3] + before[4])
        return round(1 - idle / total, 3) if total > 0 else 0.0


def _cpu_line() -> list[int]:
    with Path("/proc/stat").open() as stream:
        return [int(n) for n in stream.readline().split()[1:9]]
