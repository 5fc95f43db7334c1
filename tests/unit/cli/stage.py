"""`kubectl slab` without a cluster: a lab in memory, and a kubectl that says what it is told."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from streaminglab_cli import app
from streaminglab_cli.errors import NotThere
from streaminglab_cli.lab import Lab
from streaminglab_cli.session import Session

KUBECTL = """\
#!{python}
import json, pathlib, sys
here = pathlib.Path({here!r})
words = sys.argv[1:]
read = sys.stdin.readline if words[-1] == "follow" else sys.stdin.read
stdin = read() if "--stdin" in words or "-f" in words else ""
with (here / "calls").open("a") as calls:
    calls.write(json.dumps([words, stdin]) + "\\n")
for number, (word, code, out, err) in enumerate(json.loads((here / "answers").read_text())):
    if word in " ".join(words):
        sys.stdout.write(out); sys.stdout.flush(); sys.stderr.write(err)
        sys.exit(code)
sys.exit("no answer is known to: " + " ".join(words))
"""


@dataclass
class FakeCluster:
    """The labs of one namespace; ``states``: what `follow` tells of, one after another."""

    found: list[Lab]
    namespace: str = "student"
    values: dict[str, str] = field(default_factory=dict)
    states: list[Lab] = field(default_factory=list)
    patches: list[dict[str, Any]] = field(default_factory=list)
    up: list[str] = field(default_factory=lambda: ["meteo-kafka-0-0", "meteo-kafka-1-0"])
    secrets_read: int = 0

    def labs(self, *, everywhere: bool = False) -> list[Lab]:
        del everywhere
        return self.found

    def lab(self, name: str) -> Lab:
        for one in self.found:
            if one.name == name:
                return one
        raise NotThere(f"there is no lab {name} here")

    def patch(self, lab: Lab, spec: dict[str, Any]) -> Lab:
        self.patches.append(spec)
        return lab

    def follow(self, name: str, seconds: float | None = None) -> Iterator[Lab]:
        del name
        yield from self.states
        if seconds is None:
            raise KeyboardInterrupt

    def secret(self, name: str) -> dict[str, str]:
        assert name == "meteo-credentials"
        self.secrets_read += 1
        return self.values

    def pods(self, lab: str, part: str) -> list[str]:
        del lab, part
        return self.up


@dataclass
class Stage:
    """``run`` a command line; ``answers``: a word of kubectl's command -> code, output, errors."""

    cluster: FakeCluster
    home: Path
    capture: pytest.CaptureFixture[str]
    answers: list[tuple[str, int, str, str]] = field(default_factory=list)

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        (self.home / "answers").write_text(json.dumps(self.answers))
        code = app.run(words)
        said = self.capture.readouterr()
        return code, said.out, said.err

    def calls(self) -> list[tuple[list[str], str]]:
        """What kubectl was called with, and what it was given to read."""
        file = self.home / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        return [(words, stdin) for words, stdin in map(json.loads, lines)]


def set_up(
    monkeypatch: pytest.MonkeyPatch,
    capture: pytest.CaptureFixture[str],
    home: Path,
    cluster: FakeCluster,
) -> Stage:
    """Put both in place."""
    program = home / "kubectl"
    program.write_text(KUBECTL.format(python=sys.executable, here=str(home)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(Session, "cluster", cluster)
    return Stage(cluster, home, capture)
