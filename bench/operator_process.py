"""The operator as the process that it is: started, watched, ended by its id."""

import json
import os
import signal
import sys
import time
from importlib.metadata import packages_distributions
from pathlib import Path

import aiohttp

from bench.errors import BenchError
from bench.fakecluster.commands import OPERATOR, Layout
from bench.labs import ROOT
from bench.processes import Processes
from streaminglab_operator.services import TABLE
from streaminglab_operator.services.images import own
from tools.artifacts import get
from tools.machine.ports import free_port

NAME = "operator"
LAUNCH = """
import runpy, sys
sys.modules.update(dict.fromkeys(sys.argv[1:]))
runpy.run_module("streaminglab_operator", run_name="__main__", alter_sys=True)
"""
"""As in its image, which holds no more than the operator requires: kopf would load the tests'
Kubernetes client, and structlog the tools' rich."""
OURS = "streaminglab_"
WORKERS = "STREAMINGLAB_WORKERS"
"""The one setting that may be tried out from the shell."""


def not_in_its_image() -> list[str]:
    """Packages that can be imported here and not there, by the name of their import."""
    locked = (ROOT / "requirements" / "operator.txt").read_text()
    there = {_plain(line.split("==")[0]) for line in locked.splitlines() if "==" in line}
    return sorted(
        package
        for package, distributions in packages_distributions().items()
        if not there.intersection(map(_plain, distributions)) and not package.startswith(OURS)
    )


def _plain(distribution: str) -> str:
    return distribution.strip().lower().replace("_", "-").replace(".", "-")


def images() -> dict[str, str]:
    """Where each of our own images is said to be; fake nodes pull none of them."""
    return {key: f"streaminglab/{key}:bench" for key in own(TABLE)}


class OperatorProcess:
    """One operator in a set of child processes; it can be ended and started again."""

    def __init__(
        self, children: Processes, layout: Layout, influxdb_url: str, helm: Path | None = None
    ) -> None:
        self._children = children
        self._port = free_port()
        self._log = layout.root / f"{NAME}.log"
        self._env = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT / "operator" / "src"),
            "KUBECONFIG": str(layout.kubeconfig(OPERATOR)),
            "STREAMINGLAB_CHARTS": str(ROOT / "charts"),
            "STREAMINGLAB_HELM": str(helm or get("helm") / "bin" / "helm"),
            "STREAMINGLAB_INFLUXDB_URL": influxdb_url,
            "STREAMINGLAB_PORT": str(self._port),
            "STREAMINGLAB_LEASE": "true",
            "STREAMINGLAB_IMAGES": json.dumps(images()),
            **({"STREAMINGLAB_WORKERS": os.environ[WORKERS]} if WORKERS in os.environ else {}),
        }
        self.pid = 0
        self.started_at = 0.0

    def start(self) -> None:
        """Start it; it is up as soon as :meth:`metric` answers."""
        command: list[str | Path] = [sys.executable, "-c", LAUNCH, *not_in_its_image()]
        self.started_at = time.monotonic()
        self.pid = self._children.start(NAME, command, self._env)

    def stop(self) -> int:
        """End it as a cluster does (SIGTERM); its exit code."""
        return self._children.stop(NAME, signal.SIGTERM)

    async def metric(self, name: str) -> float | None:
        """One number of its /metrics; None while it does not serve them yet."""
        url = f"http://127.0.0.1:{self._port}/metrics"
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as response:
                text = await response.text()
        except (aiohttp.ClientError, OSError):
            return None
        for line in text.splitlines():
            key, _, value = line.rpartition(" ")
            if key == name:
                return float(value)
        return None

    def said(self, word: str) -> int:
        """How many lines of its log hold a word."""
        if not self._log.exists():
            raise BenchError("the operator was not started")
        return sum(word in line for line in self._log.read_text().splitlines())
