"""Ports of this machine for programs that must be told one before they listen."""

from __future__ import annotations

import atexit
import secrets
import socket
from contextlib import ExitStack

from tools.shell.errors import ToolError

RANGE = range(20_000, 30_000)
"""Below those that the kernel gives to connections by itself, from 32,768 on
(https://docs.kernel.org/networking/ip-sysctl.html, ip_local_port_range): of those any may be taken
between the choice and the program's start. Below the node ports of Kubernetes, too."""
TRIES = 1000


def free_port() -> int:
    """One that nobody listens on, and that no other process is given here while this one runs."""
    return first_of(1)


def free_ports(count: int) -> list[int]:
    """So many, each by itself."""
    return [free_port() for _ in range(count)]


def first_of(count: int, among: range = RANGE) -> int:
    """The first of so many in a row."""
    for _ in range(TRIES):
        first = among.start + secrets.randbelow(len(among) - count + 1)
        with ExitStack() as claims:
            try:
                for port in range(first, first + count):
                    claims.enter_context(_claim(port))
            except OSError:
                continue
            atexit.register(claims.pop_all().close)
            return first
    raise ToolError(
        f"no {count} ports in a row are free among {among.start} to {among.stop - 1}",
        "end some programs that listen there",
    )


def _claim(port: int) -> socket.socket:
    """A name of the kernel's that one process alone has until it ends, seen by whom the port is
    seen by: https://man7.org/linux/man-pages/man7/unix.7.html, abstract sockets.
    OSError: somebody has the name, or listens on the port at any address."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0streaminglab-port-{port}")
        socket.create_server(("", port)).close()
        if socket.has_dualstack_ipv6():
            socket.create_server(("::", port), family=socket.AF_INET6).close()
    except OSError:
        claim.close()
        raise
    return claim
