"""A shell in which a page's command runs with the real kubectl, and with nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from tools.cluster import kubectl as tool
from tools.shell.paths import ROOT

# Each call leaves a line: its words, its code and what it said. What changes something is only
# tried: all pages share one API server, and what a command meets there must not depend on those
# before it. (`rollout restart` cannot be tried; no other command sees what it changes.) What waits
# for a pod does so for a second, and what would look on for ever looks once. A verb of which nobody
# has said here what it changes is not run.
KUBECTL = """#!{python} -IS
import json, os, subprocess, sys
words = sys.argv[1:]
end = words.index("--") if "--" in words else len(words)
more = {{
    "apply": ["--dry-run=server"], "patch": ["--dry-run=server"], "delete": ["--dry-run=server"],
    "annotate": ["--dry-run=server"], "label": ["--dry-run=server"], "scale": ["--dry-run=server"],
    "run": ["--dry-run=server"], "create": ["--dry-run=client"], "replace": ["--dry-run=server"],
    **dict.fromkeys(("auth", "config", "describe", "exec", "explain", "port-forward"), []),
    "get": ["--watch=false"] if "--watch" in words[:end] else [],
    "logs": ["--follow=false"] if "-f" in words[:end] else [],
    "wait": ["--timeout=1s"], "rollout": ["--timeout=1s"] if "status" in words else [],
}}
verb = next((word for word in words[:end] if word in more), "")
asked = [word for word in words[:end] if (verb, word) != ("replace", "--force")]
if verb:
    command = [{kubectl!r}, *asked, *more[verb], *words[end:]]
    done = subprocess.run(command, stderr=subprocess.PIPE)
    code, said = done.returncode, done.stderr.decode()
else:
    code, said = 1, "what this verb changes is not known here"
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps([words, code, said]) + chr(10))
sys.stderr.write(said)
sys.exit(code)
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
    """``home``: where commands are typed; ``examples``, ``charts`` and ``crds`` are there, and what
    commands write."""

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
        place |= {"GOGC": "off"}  # A short life needs no garbage collector.
        path = f"{self.home / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.home,
            env={**os.environ, **place, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout, [Call(*json.loads(line)) for line in calls.read_text().splitlines()]
