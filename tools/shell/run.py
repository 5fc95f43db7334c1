"""Running commands: always by argument lists, never by a shell."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tools.shell.errors import CommandError
from tools.shell.progress import say

Arg = str | os.PathLike[str]
NOT_FOUND, TOO_LATE = 127, 124
"""Statuses of a program that is not there and of one that was ended, as a shell has them."""


def _words(args: Sequence[Arg]) -> list[str]:
    return [os.fspath(arg) for arg in args]


def _merged(env: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, **(env or {})}


def call(
    args: Sequence[Arg],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str | Path | None = None,
    check: bool = True,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it printed; `env` is added to our environment.

    `stdin` is a text, or the path of a file. Raises CommandError when `check` and the status is
    not 0, or when it takes longer than `timeout` seconds. A missing program counts as status 127.
    """
    words = _words(args)
    source = Path(os.devnull) if stdin is None else stdin
    given: dict[str, Any] = {"text": True, "capture_output": True, "timeout": timeout}
    try:
        with source.open("rb") if isinstance(source, Path) else nullcontext() as file:
            text = source if isinstance(source, str) else None
            given |= {"input": text} if text is not None else {"stdin": file}
            done = subprocess.run(words, cwd=cwd, env=_merged(env), check=False, **given)
    except FileNotFoundError:
        done = subprocess.CompletedProcess(words, NOT_FOUND, "", f"{words[0]}: not found")
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(words, TOO_LATE, "", f"no end after {timeout} s")
    if check and done.returncode != 0:
        raise CommandError(words, done.returncode, done.stdout + done.stderr)
    return done


def output(
    args: Sequence[Arg], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """What a short command prints on stdout, without the last newline."""
    return call(args, cwd=cwd, env=env).stdout.rstrip("\n")


def attached(
    args: Sequence[Arg], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> int:
    """Run a command that talks to the person itself; its status."""
    return subprocess.run(_words(args), cwd=cwd, env=_merged(env), check=False).returncode


def logged(
    args: Sequence[Arg],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command, its output appended to `log`.

    Raises CommandError with the last lines of the output. An interrupt (Ctrl-C)
    stops the command too, because it is in our process group.
    """
    words = _words(args)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        file.write(f"$ {shlex.join(words)}\n".encode())
        file.flush()
        start = file.tell()
        try:
            status = subprocess.run(
                words, cwd=cwd, env=_merged(env), check=False,
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
            ).returncode  # fmt: skip
        except FileNotFoundError:
            file.write(f"{words[0]}: not found\n".encode())
            status = NOT_FOUND
    if status != 0:
        raise CommandError(words, status, _written(log, start))


def _written(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")


def pipe(source: Sequence[Arg], sink: Sequence[Arg]) -> None:
    """`source | sink`; raises CommandError of the one that failed."""
    giving, taking = _words(source), _words(sink)
    with subprocess.Popen(giving, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as first:
        done = subprocess.run(taking, stdin=first.stdout, capture_output=True, check=False)
        if first.stdout:
            first.stdout.close()
        problem = first.stderr.read() if first.stderr else b""
    for words, status, said in (
        (giving, first.returncode, problem),
        (taking, done.returncode, done.stdout + done.stderr),
    ):
        if status != 0:
            raise CommandError(words, status, said.decode(errors="replace"))


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
    words = _words(args)
    lines: list[str] = []
    with subprocess.Popen(
        words, env=_merged(env), text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace", pass_fds=inherit,
    ) as process:  # fmt: skip
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        for line in process.stdout:
            lines.append(line)
            if line.strip() and wanted in line:
                say(f"  {line.rstrip()}")
    if process.returncode != 0:
        raise CommandError(words, process.returncode, "".join(lines))
