"""Child processes that never outlive the benchmark, however it ends."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from bench.errors import BenchError


class Processes:
    """``with Processes(logs) as children``: each started child is ended by its id.

    ``setpriv --pdeathsig`` lets the kernel end a child even if this process is killed outright.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Processes":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in reversed(list(self._children)):
            self.stop(name, signal.SIGKILL)

    def start(
        self, name: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None
    ) -> int:
        """Start a program with its output in ``<logs>/<name>.log``; its process id.

        A session of its own keeps the terminal's Ctrl-C away from it: we end it, in our order.
        """
        with (self._logs / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=None if env is None else dict(env),
                start_new_session=True,
            )
        self._children[name] = child
        return child.pid

    def pid(self, name: str) -> int:
        """The process id of a child that was started."""
        return self._children[name].pid

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM, seconds: float = 20) -> int:
        """End one child and wait for it; its exit code. Killed if it takes too long."""
        child = self._children.pop(name)
        if child.poll() is None:
            os.kill(child.pid, number)
        try:
            return child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()

    def check(self) -> None:
        """Raise :class:`BenchError` with the last lines of its log if a child has ended."""
        for name, child in self._children.items():
            if child.poll() is not None:
                raise BenchError(f"{name} ended with {child.returncode}: {self.tail(name)}")

    def tail(self, name: str, lines: int = 5) -> str:
        """The last lines of a child's log."""
        text = (self._logs / f"{name}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])
