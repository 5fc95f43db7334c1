"""Finding a Docker engine to work with, or installing and starting Debian's."""

from __future__ import annotations

import os
from pathlib import Path

from tools.machine import daemon
from tools.machine.docker import Docker
from tools.shell import debian, paths
from tools.shell.errors import ToolError
from tools.shell.lock import hold
from tools.shell.progress import say, step
from tools.shell.run import call

PACKAGES = ["docker.io", "iptables", "iproute2"]
"""Debian packages of the engine; docker.io brings containerd and runc."""

DEFAULT_SOCKET = "unix:///var/run/docker.sock"


def lock_file() -> Path:
    """The lock of everything that starts or stops our engine."""
    return paths.cache_dir() / "docker.lock"


BUSY = "starts or stops Docker"


def works(host: str) -> bool:
    """Whether a Docker engine answers at `host`."""
    done = call(Docker(host).words("info", "--format", "{{.ID}}"), check=False, timeout=20)
    # A client without an engine prints an empty line; newer ones end with status 1.
    return done.returncode == 0 and bool(done.stdout.strip())


def own_host() -> str:
    """DOCKER_HOST of the engine that this tool starts."""
    return f"unix://{paths.docker_socket()}"


def existing_host() -> str:
    """DOCKER_HOST of the engine that the docker client of this user talks to."""
    if named := os.environ.get("DOCKER_HOST"):
        return named
    endpoint = "{{.Endpoints.docker.Host}}"
    done = call(["docker", "context", "inspect", "--format", endpoint], check=False)
    return done.stdout.strip() or DEFAULT_SOCKET


def refusal(uid: int, on_debian: bool, dockerd: bool) -> ToolError | None:
    """Why no engine can be started here, or None when it can."""
    cure = "start Docker, or name a cluster with KUBECONFIG=... "
    if uid != 0:
        return ToolError(
            "no Docker engine answers, and only root can start one",
            cure + "(or run this as root on Debian)",
        )
    if not dockerd and not on_debian:
        return ToolError(
            "no Docker engine answers, and this is not Debian, so none can be installed", cure
        )
    return None


def find() -> Docker | None:
    """An engine that answers now: our own before any other; else None."""
    if paths.docker_socket().exists() and works(own_host()):
        return Docker(own_host())
    host = existing_host()
    return Docker(host) if works(host) else None


def ensure() -> Docker:
    """An engine that works; installs and starts one where there is none.

    Raises ToolError with the cause and the cure where that cannot be.
    """
    if found := find():
        return found
    with hold(lock_file(), BUSY):
        if found := find():
            return found
        if (no := refusal(os.getuid(), debian.is_debian(), daemon.installed())) is not None:
            raise no
        if not daemon.installed():
            install()
        if Path("/run/systemd/system").is_dir() and start_service():
            return Docker(existing_host())
        daemon.start()
    return Docker(own_host())


def install() -> None:
    """Install Debian's Docker engine."""
    with step("install Docker's engine from Debian"):
        debian.install(lambda command: call(command, env=debian.QUIETLY), *PACKAGES)


def start_service() -> bool:
    """Start Docker by systemd; False when it does not answer after that."""
    call(["systemctl", "start", "docker"], check=False, timeout=60)
    if works(existing_host()):
        say("Docker's engine runs as a service of systemd")
        return True
    return False
