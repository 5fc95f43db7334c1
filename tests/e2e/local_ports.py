"""Ports of this machine, which another run of the tests may use at the same time."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

RANGE = range(20_000, 30_000)
"""Below those that the kernel itself gives away."""


def first_free(count: int = 1) -> int:
    """The first of so many ports in a row that nobody listens on."""
    while True:
        (first,) = random.sample(RANGE, 1)
        with ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
