"""Docker's engine as our own process, for machines without systemd or a running Docker.

It keeps everything in places of its own (paths.docker_root, paths.run_dir()), so that
`down` can take all of it away and no other engine is disturbed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from tools.machine import network_rules, processes
from tools.machine.docker import Docker
from tools.shell import paths
from tools.shell.errors import ToolError
from tools.shell.progress import say, step, wait_until

RUNTIME = "streaminglab"
START_SECONDS = 60
FIXED_PLACES = tuple(
    Path(place) for place in ("/run/docker", "/run/containerd", "/etc/docker", "/opt/containerd")
)
"""Directories that the engine makes whatever it is told: sockets of plugins and shims, a key."""


def installed() -> bool:
    """Whether this machine has Docker's engine and a runtime for it."""
    return all(shutil.which(name) for name in ("dockerd", "containerd", "runc"))


def log_file() -> Path:
    """What our engine prints."""
    return paths.state_dir() / "dockerd.log"


def pid_file() -> Path:
    """Process id of our engine."""
    return paths.run_dir() / "docker.pid"


def containerd_pid_file() -> Path:
    """Process id of the containerd that our engine starts below itself."""
    return paths.run_dir() / "docker" / "containerd" / "containerd.pid"


def running() -> bool:
    """Whether our engine's process is alive (it may not answer yet)."""
    return processes.alive(pid_file(), "dockerd")


def start() -> None:
    """Start our engine and wait until it answers; survives what a killed one left."""
    with step("start Docker's engine (no service manager here)"):
        for directory in (paths.run_dir(), paths.state_dir(), paths.docker_root()):
            directory.mkdir(parents=True, exist_ok=True)
        if not running():
            forget_dead()
            network_rules.remember()
            remember_directories()
            launch(command())
        wait_until("Docker's engine", answers_or_fails, START_SECONDS)


def answers_or_fails() -> bool:
    """Whether the engine answers; raises ToolError as soon as its process has ended."""
    if Docker(f"unix://{paths.docker_socket()}").succeeds("version", timeout=20):
        return True
    if pid_file().exists() and not running():
        tail = "\n".join(log_file().read_text(errors="replace").splitlines()[-8:])
        raise ToolError(f"Docker's engine ended at once:\n{tail}", f"read {log_file()}")
    return False


def remember_directories() -> None:
    """Note which of the engine's fixed places are not there yet, for `down`."""
    memory = paths.state_dir() / "directories-before.json"
    if not memory.exists():
        memory.write_text(json.dumps([str(path) for path in FIXED_PLACES if not path.exists()]))


def remove_directories() -> None:
    """Remove the fixed places that were not there before our engine."""
    memory = paths.state_dir() / "directories-before.json"
    if memory.exists():
        for place in json.loads(memory.read_text()):
            shutil.rmtree(place, ignore_errors=True)
        memory.unlink()


def forget_dead() -> None:
    """Remove process id files whose process is gone.

    dockerd takes any live process with that number for itself, and waits for a containerd
    that is not there; after a restart of the machine both numbers belong to others.
    """
    for file, name in ((pid_file(), "dockerd"), (containerd_pid_file(), "containerd")):
        if file.exists() and not processes.alive(file, name):
            file.unlink()
    if not running():
        paths.docker_socket().unlink(missing_ok=True)


def command() -> list[str]:
    """dockerd's command line on this machine."""
    args = [
        "dockerd",
        "--data-root", str(paths.docker_root()),
        "--exec-root", str(paths.run_dir() / "docker"),
        "--pidfile", str(pid_file()),
        "--host", f"unix://{paths.docker_socket()}",
        "--mtu", str(network_rules.default_mtu()),
        "--log-level", "warn",
    ]  # fmt: skip
    mask = processes.bounding_set()
    if not processes.may_set_resources(mask):
        say("  this machine withholds CAP_SYS_RESOURCE: containers are fitted to that")
    return [*args, "--add-runtime", f"{RUNTIME}={write_wrapper()}", "--default-runtime", RUNTIME]


def write_wrapper() -> Path:
    """Put the runtime wrapper outside the checkout, with a launcher that needs no PATH."""
    directory = paths.state_dir() / "runtime"
    directory.mkdir(parents=True, exist_ok=True)
    script = directory / "oci_wrapper.py"
    shutil.copyfile(Path(__file__).with_name("oci_wrapper.py"), script)
    launcher = directory / "runc"
    debian = Path("/usr/bin/python3")
    python = (debian if debian.exists() else Path(sys.executable)).resolve()
    launcher.write_text(
        textwrap.dedent(f"""\
        #!/bin/sh
        exec {python} -I -S {script} "$@"
        """)
    )
    launcher.chmod(0o755)
    return launcher


def launch(args: list[str]) -> None:
    """Start a process that outlives us, writing to the log file."""
    with log_file().open("ab") as log:
        subprocess.Popen(
            args, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/"
        )
