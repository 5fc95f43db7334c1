"""A person's terminal in front of one namespace, for single commands of the pages."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.lost_output import Done, whole
from tools.artifacts import get
from tools.cluster import kubectl as tool
from tools.shell.paths import ROOT

FORWARDING = "Forwarding from 127.0.0.1:"


class Terminal:
    """Where ``kubectl`` and ``helm`` are, and ``examples``, ``charts`` and ``crds``.

    Every command begins anew: nothing of one is left for the next but the files in ``home``.
    Without a ``kubeconfig`` no cluster answers.
    """

    def __init__(self, kubeconfig: Path | None, namespace: str, home: Path) -> None:
        self.home, self.config = home, home / "kubeconfig"
        for name in ("examples", "charts", "crds"):
            (home / name).symlink_to(ROOT / name)
        (home / "bin").mkdir()
        (home / "bin" / "kubectl").symlink_to(tool.program())
        (home / "bin" / "helm").symlink_to(get("helm") / "bin" / "helm")
        self.config.touch(0o600)
        if kubeconfig is not None:
            self.config.write_text(_in_namespace(kubeconfig, namespace))

    def type(self, command: str, seconds: float = 120, stdin: str = "") -> str:
        """Run a command; what it printed. One that fails fails the test with its words."""

        def run() -> Done:
            return subprocess.run(
                ["bash", "-o", "pipefail", "-c", command],
                cwd=self.home,
                env=self._environment(),
                input=stdin,
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )

        done = whole(command, run)
        if done.returncode:
            pytest.fail(f"{command}\n{done.stderr or done.stdout}")
        return done.stdout

    def until(self, command: str, words: str, seconds: float = 60) -> str:
        """Run what goes on until Ctrl-C, and press it at the first line that has these words; the
        line. Without such a line the test fails after some seconds."""
        with self.going_on(command, words, seconds) as line:
            return line

    @contextmanager
    def forwarded(self, command: str) -> Iterator[int]:
        """Run a `kubectl port-forward` with a free port (`:8080`); its number on this machine."""
        with self.going_on(command.removesuffix("&"), FORWARDING, 60) as line:
            yield int(line.partition(FORWARDING)[2].split()[0])

    @contextmanager
    def going_on(self, command: str, words: str, seconds: float) -> Iterator[str]:
        """The first line with these words, from a command that is ended afterwards."""
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=self.home,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        watchdog = threading.Timer(seconds, _end, (process,))
        watchdog.start()
        try:
            assert process.stdout is not None
            said: list[str] = []
            for line in process.stdout:
                said.append(line)
                if words in line:
                    break
            else:
                pytest.fail(f"{command}\nnothing has {words!r} in {''.join(said)}")
            yield said[-1]
        finally:
            watchdog.cancel()
            _end(process)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def _environment(self) -> dict[str, str]:
        path = f"{self.home / 'bin'}:{os.environ['PATH']}"
        return {**os.environ, "HOME": str(self.home), "KUBECONFIG": str(self.config), "PATH": path}


def _in_namespace(kubeconfig: Path, namespace: str) -> str:
    config = yaml.safe_load(kubeconfig.read_text())
    current = next(c for c in config["contexts"] if c["name"] == config["current-context"])
    current["context"]["namespace"] = namespace
    return yaml.safe_dump(config)


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
