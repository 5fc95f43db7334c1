"""A port of this machine that leads to a Service of a lab, for as long as somebody wants it."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable

from streaminglab_cli.errors import SlabError
from streaminglab_cli.kubectl import Kubectl, started

FROM = re.compile(r"Forwarding from 127\.0\.0\.1:([0-9]+) ")
AGAIN_SECONDS, TRIES = 2.0, 30
"""A pod that is replaced is away for some seconds; after a minute there is more amiss."""


def free(wanted: int) -> int:
    """This port if nobody has it, else one that the system chooses."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            # As kubectl binds: a port that was closed a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SlabError("no port of this machine is free", "end some programs")


def keep(
    kubectl: Kubectl, service: str, local: int, remote: int, opened: Callable[[int, bool], None]
) -> None:
    """Forward until interrupted, and begin anew when the pod was replaced.

    ``opened``: called with the port whenever it can be used, and whether it is the first time.
    """
    command = kubectl.command(
        "port-forward", "--address=127.0.0.1", f"service/{service}", f"{local}:{remote}"
    )
    first, tries = True, 0
    while tries < TRIES:
        with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            said = process.stdout.readline() if process.stdout else ""
            if found := FROM.search(said):
                opened(int(found.group(1)), first)
                first, tries = False, 0
                process.communicate()
            elif first:
                raise SlabError(
                    f"no way to {service}: {(process.communicate()[1] or said).strip()}"
                )
        tries += 1
        time.sleep(AGAIN_SECONDS)
    raise SlabError(f"the connection to {service} was lost", "`kubectl slab why` says what is so")
