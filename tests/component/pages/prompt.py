"""A shell in which a page's command runs with the real kubectl, and with nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.patience import PATIENCE
from tools.cluster import kubectl as tool
from tools.shell.paths import ROOT

# Each call leaves a line: its words, its code and what it said. What changes something is only
# tried, and what waits for a pod does so for a second.
KUBECTL = """#!{python}
import json, os, subprocess, sys
words = sys.argv[1:]
end = words.index("--") if "--" in words else len(words)
more = {{
    "apply": ["--dry-run=server"], "patch": ["--dry-run=server"], "delete": ["--dry-run=server"],
    "annotate": ["--dry-run=server"], "label": ["--dry-run=server"], "scale": ["--dry-run=server"],
    "run": ["--dry-run=server"], "create": ["--dry-run=client"],
    **dict.fromkeys(("auth", "config", "describe", "exec", "explain", "get", "logs"), []),
    "wait": ["--timeout=1s"], "rollout": ["--timeout=1s"] if "status" in words else [],
}}
verb = next((word for word in words[:end] if word in more), "")
more = more.get(verb, [])
endless = verb in ("get", "logs") and {{"--watch", "-f"}} & set(words[:end])
# A busy API server may not have begun to answer by then: once more, with all the time it needs.
for more in [["--request-timeout=2s"], ["--request-timeout=30s"]] if endless else [more]:
    done = subprocess.run([{kubectl!r}, *words[:end], *more, *words[end:]], stderr=subprocess.PIPE)
    said = done.stderr.decode()
    if not done.returncode or not any(word in said for word in ("imeout", "deadline")):
        break
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps([words, done.returncode, said]) + chr(10))
sys.stderr.write(said)
sys.exit(done.returncode)
"""
OWN_FILES = {
    "lab.yaml": (ROOT / "examples" / "lab.yaml").read_text(encoding="utf-8"),
    "pipeline.json": "[]",
    "exercises.yaml": "title: {}\n",
    "message.txt": "Nantes {}\n",
    "tp1/hello.ipynb": "{}\n",
    "my-functions.jar": "",
    "students.txt": "alice\n",
}
"""What the pages call the reader's own files."""
OWN_WORDS = {
    "YOUR-POD": "mine",
    "VOTRE-POD": "mine",
    "POD-THAT-THE-MESSAGE-NAMES": "meteo-influxdb-0",
    "--image=...": "--image=busybox",
}
"""What stands in the pages for something of the reader's."""
STUBS = ("curl", "docker", "helm", "kcat", "make", "sftp")


@dataclass(frozen=True)
class Call:
    """One call of kubectl: its words, and what it said when it was refused."""

    words: list[str]
    code: int
    said: str


class Prompt:
    """``home``: where commands are typed; ``examples``, ``charts`` and ``crds`` are there."""

    def __init__(self, home: Path, kubeconfig: Path) -> None:
        self.home, self._config = home, yaml.safe_load(kubeconfig.read_text())
        for name in ("examples", "charts", "crds"):
            (home / name).symlink_to(ROOT / name)
        for name, text in OWN_FILES.items():
            (home / name).parent.mkdir(exist_ok=True)
            (home / name).write_text(text)
        (home / "bin").mkdir()
        program = KUBECTL.format(python=sys.executable, kubectl=tool.program())
        for name, text in {"kubectl": program, **dict.fromkeys(STUBS, "#!/bin/sh\n")}.items():
            (home / "bin" / name).write_text(text)
            (home / "bin" / name).chmod(0o755)

    def type(self, command: str, namespace: str) -> tuple[str, list[Call]]:
        """Run a command; what it printed, and every call of kubectl in it."""
        for word, own in OWN_WORDS.items():
            command = command.replace(word, own)
        config, calls = self.home / "kubeconfig", self.home / "calls"
        self._config["contexts"][0]["context"]["namespace"] = namespace
        config.write_text(json.dumps(self._config))
        calls.write_text("")
        place = {"HOME": str(self.home), "KUBECONFIG": str(config), "CALLS": str(calls)}
        place |= {"USERNAME": "alice", "PASSWORD": "of-a-registry"}
        path = f"{self.home / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.home,
            env={**os.environ, **place, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return done.stdout, [Call(*json.loads(line)) for line in calls.read_text().splitlines()]
