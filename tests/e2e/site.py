"""An administrator's machine, whose registry and cluster are of a run of the tests alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.cluster import Kubectl, LabHandle
from tests.e2e.empty import Empty
from tests.e2e.registry import PASSWORD, USERNAME, Served
from tests.terminal import Terminal
from tools.artifacts import get
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE
from tools.shell.paths import ROOT

NAMED = "registry.example.org"
COMMAND_SECONDS = 900.0


@dataclass(frozen=True)
class Site:
    """``folder``: where his files are; ``environment``: what a command of his finds."""

    served: Served
    empty: Empty
    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def of(cls, served: Served, empty: Empty, folder: Path) -> Site:
        """With Helm and kubectl at hand, and the login and the CA of the registry."""
        programs = [get(name) / "bin" for name in ("helm", "kubernetes")]
        environment = {
            **os.environ,
            "PATH": ":".join([*map(str, programs), os.environ["PATH"]]),
            "DOCKER_CONFIG": str(folder / "docker"),
            "HELM_REGISTRY_CONFIG": str(folder / "docker" / "config.json"),
            "SSL_CERT_FILE": str(folder / "ca.crt"),
            "USERNAME": USERNAME,
            "PASSWORD": PASSWORD,
        }
        return cls(served, empty, folder, environment)

    @property
    def kubectl(self) -> Kubectl:
        """kubectl, and the objects of the cluster."""
        return Kubectl(self.empty.kubeconfig)

    def here(self, commands: str, kubeconfig: Path | None = None) -> str:
        """Type a block of the page in the checkout, as the administrator or as somebody else; what
        it printed. Files that it writes lie beside the CA's, and not in the checkout."""
        commands = self.said(commands)
        environment = {**self.environment, "KUBECONFIG": str(kubeconfig or self.empty.kubeconfig)}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands], cwd=ROOT, env=environment,
            capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.fail(f"{commands}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done.stdout + done.stderr

    def said(self, commands: str) -> str:
        """A block with the names of this site."""
        named = commands.replace(NAMED, self.served.host)
        named = named.replace("$PWD/ca.crt", str(self.served.ca))
        return named.replace("values.yaml", str(self.folder / "values.yaml"))

    def terminal(self, namespace: str, home: Path, kubeconfig: Path | None = None) -> Terminal:
        """A terminal in front of a namespace, as the administrator or as somebody else."""
        return Terminal(kubeconfig or self.empty.kubeconfig, namespace, home)

    def lab(self, namespace: str, name: str) -> LabHandle:
        """A lab of the empty cluster."""
        return LabHandle(self.kubectl, namespace, name)

    def installed(self) -> bool:
        """Whether the release of the operator is there."""
        return OPERATOR in self.here(f"helm list -q -n {OPERATOR_NAMESPACE}").split()

    def images(self, namespace: str) -> set[str]:
        """Images of a namespace's pods."""
        specs = [pod["spec"] for pod in self.kubectl.api.items("pods", namespace)]
        assert specs
        every = [c for s in specs for c in (*s.get("initContainers", []), *s["containers"])]
        return {container["image"] for container in every}

    def foreign_images(self, namespace: str) -> set[str]:
        """Those of them that are not from the registry."""
        ours = f"{self.served.host}/lab/"
        return {image for image in self.images(namespace) if not image.startswith(ours)}
