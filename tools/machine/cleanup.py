"""Taking away everything that our own Docker engine left on the machine.

It works whether the engine runs, was killed, or died with the machine: processes are found
by container ids in our data root, mounts and interfaces by our own paths and names.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.machine import daemon, engine, network_rules, processes
from tools.shell import paths
from tools.shell.lock import hold
from tools.shell.progress import say, step
from tools.shell.run import call

CGROUPS = Path("/sys/fs/cgroup")
MOUNTS = Path("/proc/self/mountinfo")


def remove_everything() -> None:
    """Stop our engine and remove its processes, mounts, interfaces, rules and directories."""
    if not (paths.docker_root().exists() or paths.run_dir().exists() or paths.state_dir().exists()):
        say("nothing is left to remove")
        return
    with hold(engine.lock_file(), engine.BUSY):
        if paths.docker_root().exists() or paths.run_dir().exists():
            with step("remove our Docker engine"):
                remove_engine()
        shutil.rmtree(paths.state_dir(), ignore_errors=True)


def remove_engine() -> None:
    """The engine, in the order in which its parts hold each other."""
    containers = container_ids()
    stop_processes(containers)
    for target in mounts_below(paths.docker_root(), paths.run_dir()):
        call(["umount", "--lazy", target], check=False)
    network_rules.undo()
    for directory in cgroup_directories(containers):
        remove_cgroup(directory)
    daemon.remove_directories()
    shutil.rmtree(paths.run_dir(), ignore_errors=True)
    shutil.rmtree(paths.docker_root())


def container_ids() -> list[str]:
    """Ids of the containers that our engine knows."""
    directory = paths.docker_root() / "containers"
    return [entry.name for entry in directory.iterdir()] if directory.is_dir() else []


def stop_processes(containers: list[str]) -> None:
    """End engine and containerd, then shims and whatever still runs inside containers."""
    for file, name in (
        (daemon.pid_file(), "dockerd"),
        (daemon.containerd_pid_file(), "containerd"),
    ):
        pid = processes.read_pid(file)
        if pid and processes.alive(file, name):
            processes.end([pid])
    processes.end(processes.with_word(f"{paths.run_dir()}/docker"))
    processes.end(inside(containers), seconds=0)


def inside(containers: list[str], root: Path = CGROUPS) -> list[int]:
    """Processes in the control groups of these containers."""
    found: set[int] = set()
    for directory in cgroup_directories(containers, root):
        for listing in directory.rglob("cgroup.procs"):
            found.update(int(pid) for pid in listing.read_text().split())
    return sorted(found)


def cgroup_directories(containers: list[str], root: Path = CGROUPS) -> list[Path]:
    """The control groups of these containers, in version 1 (one per controller) or 2."""
    parents = [root / "docker", *sorted(root.glob("*/docker"))]
    return [parent / name for parent in parents for name in containers if (parent / name).is_dir()]


def remove_cgroup(directory: Path) -> None:
    """Remove a control group and those below it; one that is in use stays."""
    children = sorted(path for path in directory.rglob("*") if path.is_dir())
    for path in [*reversed(children), directory, directory.parent]:
        try:
            path.rmdir()
        except OSError:
            continue


def mounts_below(*roots: Path, table: Path = MOUNTS) -> list[str]:
    """Mount points at or below these directories, the deepest first."""
    targets = [line.split()[4] for line in table.read_text().splitlines()]
    own = [t for t in targets if any(t == str(r) or t.startswith(f"{r}/") for r in roots)]
    return sorted(own, key=len, reverse=True)
