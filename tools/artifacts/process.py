"""Running the commands of recipes: by argument lists, output into a log file."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.artifacts.errors import CommandFailedError

TAIL_LINES = 20


def run(
    args: Sequence[str | Path],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command, its output appended to `log`; `env` is added to our environment.

    Raises CommandFailedError with the last lines of the output. An interrupt (Ctrl-C)
    stops the command too, because it is in our process group.
    """
    words = [os.fspath(arg) for arg in args]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        stream.write(f"$ {shlex.join(words)}\n".encode())
        stream.flush()
        start = stream.tell()
        try:
            done = subprocess.run(
                words, cwd=cwd, env={**os.environ, **(env or {})}, check=False,
                stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
            )  # fmt: skip
            status = done.returncode
        except FileNotFoundError:
            stream.write(f"{words[0]}: not found\n".encode())
            status = 127
    if status != 0:
        raise CommandFailedError(shlex.join(words[:6]), status, tail(log, start), str(log))


def output(
    args: Sequence[str | Path], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """Run a short command and return what it printed on stdout, without the last newline.

    Raises CommandFailedError with what it printed on stderr.
    """
    words = [os.fspath(arg) for arg in args]
    done = subprocess.run(
        words, cwd=cwd, env={**os.environ, **(env or {})}, check=False,
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        last = "\n".join(done.stderr.splitlines()[-TAIL_LINES:])
        raise CommandFailedError(shlex.join(words[:6]), done.returncode, last, "")
    return done.stdout.rstrip("\n")


def tail(log: Path, start: int = 0) -> str:
    """The last lines that were written to `log` after the byte `start`."""
    with log.open("rb") as stream:
        stream.seek(start)
        text = stream.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-TAIL_LINES:])
