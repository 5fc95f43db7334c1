"""kubectl as a subprocess, for what is a stream: exec, port-forward, logs, and `apply`'s dry run.

No shell is in between, and standard output is the caller's own unless it is read here.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from streaminglab_cli.errors import SlabError

END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Kubectl:
    """Runs kubectl in one namespace of one cluster."""

    namespace: str
    context: str | None = None

    def command(self, *words: str) -> list[str]:
        """The command line."""
        program = shutil.which("kubectl")
        if program is None:
            raise SlabError("kubectl is not on the PATH", "install it, or add its folder to PATH")
        where = [f"--namespace={self.namespace}"]
        where += [f"--context={self.context}"] if self.context else []
        return [program, *where, *words]

    def attached(self, *words: str) -> int:
        """Run it on the caller's own terminal or pipes; its exit code."""
        with started(self.command(*words)) as process:
            return process.wait()

    def read(self, *words: str, stdin: str | None = None, whole: bool = False) -> str:
        """What it prints; SlabError with its own last words if it fails, or with all of them."""
        done = subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            input=stdin,
            check=False,
            errors="replace",
        )
        if done.returncode:
            # Kafka's tools say their errors on standard output, and kubectl its own on the other.
            said = f"{done.stdout}\n{done.stderr}"
            raise SlabError(said.strip().removeprefix("error: ") if whole else last_words(said))
        return done.stdout


@contextmanager
def started(
    command: Sequence[str],
    *,
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """A program that has ended when the block is left, however that is left.

    The pipes are Popen's. A program whose input is ours is shielded from Ctrl-C: it ends by the
    end of its input, and so does what it runs in a pod.
    """
    with subprocess.Popen(
        command,
        text=True,
        errors="replace",
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=stdin is not None,
    ) as process:
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Close its input, which ends what runs in the pod too; then terminate, then kill."""
    with suppress(OSError):
        _close(process.stdin)
    if process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(1.0 if process.stdin else 0.0)
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _close(pipe: IO[str] | None) -> None:
    if pipe is not None:
        pipe.close()


def last_words(said: str) -> str:
    """The line in which a program says why it fails: its first error (Java's tools follow it with a
    trace), or else its last line, without kubectl's prefix."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    meant = [line for line in lines if not line.startswith("command terminated with exit code")]
    errors = [line for line in meant if line.lower().startswith("error")]
    last = (errors[:1] or meant[-1:] or lines or ["kubectl failed without a word"])[0]
    return last.removeprefix("error: ").removeprefix("Error: ")
