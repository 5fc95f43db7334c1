"""What a figure was measured on: without it, a figure says nothing."""

import os
import platform
from collections.abc import Callable
from pathlib import Path

from bench import procfs

_TICKS = os.sysconf("SC_CLK_TCK")


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


class OtherLoad:
    """How much of the machine others used since the start: it must be little, or a figure and
    its floor were not measured under the same conditions."""

    def __init__(self, look: Callable[[], tuple[float, float, float]] | None = None) -> None:
        self._look = look or _look
        self._start = self._look()

    def share(self) -> float:
        """Share of all cores, 0 to 1, that neither idled nor was used by us and our children."""
        total, busy, own = (b - a for a, b in zip(self._start, self._look(), strict=True))
        return round(max(0.0, busy - own) / total, 3) if total > 0 else 0.0


def _look() -> tuple[float, float, float]:
    """Seconds of all cores since boot: all, not idle, and ours."""
    ticks = _cpu_line()
    total = sum(ticks) / _TICKS
    idle = (ticks[3] + ticks[4]) / _TICKS
    return total, total - idle, procfs.cpu_seconds(os.getpid())


def _cpu_line() -> list[int]:
    with Path("/proc/stat").open() as stream:
        return [int(n) for n in stream.readline().split()[1:9]]
