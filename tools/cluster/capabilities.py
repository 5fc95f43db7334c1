"""Linux capabilities of this process: what the machine lets root do."""

from __future__ import annotations

from pathlib import Path

SYS_RESOURCE = 24
"""Number of CAP_SYS_RESOURCE (include/uapi/linux/capability.h)."""


def bounding_set(status: Path = Path("/proc/self/status")) -> int:
    """Bit mask of the capabilities that this process and its children can ever hold."""
    for line in status.read_text().splitlines():
        if line.startswith("CapBnd:"):
            return int(line.split()[1], 16)
    raise ValueError(f"{status} has no CapBnd line")


def may_set_resources(mask: int) -> bool:
    """True when CAP_SYS_RESOURCE is there; some sandboxes and CI take it away from root."""
    return bool(mask >> SYS_RESOURCE & 1)
