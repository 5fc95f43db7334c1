"""OCI runtime wrapper: makes a container's capabilities fit what this machine can grant.

dockerd calls it in place of runc (as its default runtime, because kind names none).
It edits the file that runc is about to read, then becomes runc:

* CAP_SYS_RESOURCE goes where root itself lacks it, else `docker run --privileged` ends
  with "unable to apply caps: operation not permitted";
* CAP_BPF and CAP_PERFMON come with CAP_SYS_ADMIN, because Docker 20.10 is older than
  both and Cilium's agent needs them.

It imports nothing of the project: it runs by itself, from a copy outside the checkout.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

NUMBERS = {"CAP_SYS_ADMIN": 21, "CAP_SYS_RESOURCE": 24, "CAP_PERFMON": 38, "CAP_BPF": 39}
COMPANIONS = ("CAP_PERFMON", "CAP_BPF")


def has(mask: int, name: str) -> bool:
    """Whether the bounding set `mask` holds the capability."""
    return bool(mask >> NUMBERS[name] & 1)


def fit(process: dict[str, Any], mask: int, files: int) -> None:
    """Change an OCI process in place so that `mask` can grant it.

    `files` is the hard limit of open files: without CAP_SYS_RESOURCE no process can
    raise a hard limit, so greater wishes are cut down to it.
    """
    for kind, names in (process.get("capabilities") or {}).items():
        kept = [n for n in names if n != "CAP_SYS_RESOURCE" or has(mask, n)]
        if "CAP_SYS_ADMIN" in kept and kind != "ambient":
            kept += [n for n in COMPANIONS if n not in kept and has(mask, n)]
        process["capabilities"][kind] = kept
    if has(mask, "CAP_SYS_RESOURCE") or files == resource.RLIM_INFINITY:
        return
    for limit in process.get("rlimits") or []:
        if limit["type"] == "RLIMIT_NOFILE":
            limit["hard"] = min(limit["hard"], files)
            limit["soft"] = min(limit["soft"], limit["hard"])


def edited_file(args: list[str]) -> Path | None:
    """The file that runc will read: a bundle's config.json, or an exec's process file."""
    for index, arg in enumerate(args):
        name, _, value = arg.partition("=")
        value = value or (args[index + 1] if index + 1 < len(args) else "")
        if name in ("--bundle", "-b"):
            return Path(value) / "config.json"
        if name in ("--process", "-p"):
            return Path(value)
    return None


def rewrite(path: Path, mask: int, files: int) -> None:
    """Fit the process that `path` describes, alone or as part of a whole container."""
    document = json.loads(path.read_text())
    fit(document.get("process") or document, mask, files)
    path.write_text(json.dumps(document))


def bounding_set() -> int:
    """This process' own bounding set (processes.py has the same for the tool)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("CapBnd:")).split()[1], 16)


def main(args: list[str]) -> None:
    """Edit, then become runc."""
    path = edited_file(args)
    if path and path.exists():
        rewrite(path, bounding_set(), resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    os.execvp("runc", ["runc", *args])  # noqa: S606 - becoming runc is its job


if __name__ == "__main__":
    main(sys.argv[1:])
