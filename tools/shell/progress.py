"""Telling a person what a long step does and how long it has taken."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tools.shell.errors import ToolError

EVERY = 15.0
"""Seconds between two signs of life of one step."""


def say(text: str) -> None:
    """One line on stderr, so that stdout stays for results."""
    print(f"[tools] {text}", file=sys.stderr, flush=True)


@contextmanager
def step(name: str, expected: int = 0) -> Iterator[None]:
    """Announce a step, show every 15 s that it lives, and say how long it took.

    `expected` is the usual time in seconds on two cores, 0 when unknown.
    """
    usual = f" (usually {expected} s)" if expected else ""
    say(f"{name} ...{usual}")
    start = time.monotonic()
    done = threading.Event()

    def tick() -> None:
        while not done.wait(EVERY):
            say(f"{name}: {time.monotonic() - start:.0f} s so far{usual}")

    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    word = "stopped after"
    try:
        yield
        word = "done in"
    finally:
        done.set()
        ticker.join()
        say(f"{name}: {word} {time.monotonic() - start:.1f} s")


def wait_until(what: str, ready: Callable[[], bool], seconds: float, pause: float = 0.3) -> None:
    """Ask until `ready` says yes. Raises ToolError naming `what` after `seconds`.

    It is called inside a :func:`step`, which gives the signs of life.
    """
    limit = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > limit:
            raise ToolError(f"{what}: not so after {seconds:.0f} s")
        time.sleep(pause)


def reported(work: Callable[[], int]) -> int:
    """The exit status of a command line: of `work`, or 1 with a plain message, or 130."""
    try:
        return work()
    except ToolError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; run the same again and it goes on", file=sys.stderr)
        return 130
