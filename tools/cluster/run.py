"""Running commands (always by argument lists) and telling a person what goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.cluster.errors import ClusterError, CommandError

Arg = str | os.PathLike[str]
SIGN_SECONDS = 10.0
"""Between two signs of life of something that is waited for."""


def call(
    args: Sequence[Arg],
    *,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    check: bool = True,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it printed; `env` is added to our environment.

    Raises CommandError when `check` and the status is not 0, or when it takes longer
    than `timeout` seconds. A missing program counts as status 127.
    """
    words = [os.fspath(arg) for arg in args]
    merged = {**os.environ, **(env or {})}
    try:
        done = subprocess.run(
            words, env=merged, input=stdin, text=True, capture_output=True,
            timeout=timeout, check=False,
            stdin=subprocess.DEVNULL if stdin is None else None,
        )  # fmt: skip
    except FileNotFoundError:
        done = subprocess.CompletedProcess(words, 127, "", f"{words[0]}: not found")
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(words, 124, "", f"no end after {timeout} s")
    if check and done.returncode != 0:
        raise CommandError(words, done.returncode, done.stderr + done.stdout)
    return done


def pipe_file(args: Sequence[Arg], source: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a command with a file as its standard input, and return its standard output."""
    words = [os.fspath(arg) for arg in args]
    with source.open("rb") as stream:
        done = subprocess.run(
            words, env={**os.environ, **(env or {})}, stdin=stream, capture_output=True, check=False
        )
    if done.returncode != 0:
        raise CommandError(words, done.returncode, (done.stderr + done.stdout).decode())
    return done.stdout.decode()


def say(text: str) -> None:
    """One line for the person who waits; on stderr, so that stdout stays for results."""
    print(f"[cluster] {text}", file=sys.stderr, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Announce a step, then say how long it took (also when it failed)."""
    say(f"{name} ...")
    start = time.monotonic()
    try:
        yield
    except BaseException:
        say(f"{name}: stopped after {time.monotonic() - start:.1f} s")
        raise
    say(f"{name}: {time.monotonic() - start:.1f} s")


def wait_until(what: str, ready: Callable[[], bool], seconds: float, pause: float = 0.3) -> None:
    """Ask until `ready` says yes; says every 10 s that it still waits.

    Raises ClusterError naming `what` after `seconds`.
    """
    start = time.monotonic()
    spoken = start
    while not ready():
        now = time.monotonic()
        if now - start > seconds:
            raise ClusterError(f"{what}: not so after {seconds:.0f} s")
        if now - spoken > SIGN_SECONDS:
            say(f"  still waiting for {what} ({now - start:.0f} s)")
            spoken = now
        time.sleep(pause)


def stream(
    args: Sequence[Arg],
    *,
    wanted: str = "",
    env: Mapping[str, str] | None = None,
    inherit: tuple[int, ...] = (),
) -> None:
    """Run a command and show its lines that hold `wanted` as they come.

    The command gets the file descriptors in `inherit` too. Raises CommandError, with the
    last lines of all, when it fails.
    """
    words = [os.fspath(arg) for arg in args]
    lines: list[str] = []
    with subprocess.Popen(
        words, env={**os.environ, **(env or {})}, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace", pass_fds=inherit,
    ) as process:  # fmt: skip
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        for line in process.stdout:
            lines.append(line)
            if line.strip() and wanted in line:
                say(f"  {line.rstrip()}")
    if process.returncode != 0:
        raise CommandError(words, process.returncode, "".join(lines))
