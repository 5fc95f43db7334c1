"""Packages of Debian, for what a tool needs on the machine.

Only the standard library, because tools.venv reads this before anything is installed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from tools.shell.lock import hold
from tools.shell.paths import cache_dir

PATIENCE = 300
"""Seconds for which an apt-get of somebody else (a machine's daily update) is waited for."""
LISTS = Path("/var/lib/apt/lists/lock")
QUIETLY = {"DEBIAN_FRONTEND": "noninteractive"}
"""Environment of the commands: no question stops them."""


def install_command(*packages: str) -> list[str]:
    """What a person with root's rights types to get packages."""
    return ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]


def commands(*packages: str) -> list[list[str]]:
    """The commands that get packages on a machine whose lists may be old, in their order."""
    patient = f"--option=DPkg::Lock::Timeout={PATIENCE}"
    return [["apt-get", "update", "-q"], [*install_command(patient), *packages]]


def install(
    run: Callable[[list[str]], object], *packages: str, there: Callable[[], bool] = lambda: False
) -> None:
    """Get packages by `run`, which gets one command after the other.

    One caller at a time, of all threads and processes: a second apt-get does not wait for the lock
    of the lists (DPkg::Lock::Timeout is for dpkg's alone) but fails. Nothing is done when `there`
    says that another has brought them meanwhile.
    """
    with hold(cache_dir() / "debian-packages.lock", "installs packages of Debian"):
        if not there():
            wait_for_lists()
            for command in commands(*packages):
                run(command)


def wait_for_lists(lock: Path = LISTS, patience: float = PATIENCE, pause: float = 1.0) -> None:
    """Wait until nobody else reads Debian's lists; after that apt-get says who does."""
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        try:
            with lock.open("r+") as file:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # fcntl(2): EAGAIN or EACCES
            time.sleep(pause)
        except FileNotFoundError:
            return
        else:
            return


def may_install() -> bool:
    """Whether packages can be installed by who we are, here."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def is_debian(release: Path = Path("/etc/os-release")) -> bool:
    """Whether packages come from Debian here (Debian or a distribution made from it)."""
    try:
        lines = release.read_text().splitlines()
    except OSError:
        return False
    ids = [line.partition("=")[2] for line in lines if line.startswith(("ID=", "ID_LIKE="))]
    return "debian" in " ".join(ids).replace('"', "").split()
