"""Somebody who has one role in one namespace and nothing else, with a kubeconfig of his own.

By token, not by `--as`: so nothing that the tests' own administrator may do can slip in.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.cluster import Kubectl
from tools.artifacts import get
from tools.cluster import kubectl as tool


@dataclass(frozen=True)
class Person:
    """Runs Helm and kubectl as somebody."""

    namespace: str
    kubeconfig: Path

    def helm(
        self, *words: str, values: Mapping[str, Any] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run Helm; values go in through standard input."""
        command = [str(get("helm") / "bin" / "helm"), *words, *self._where()]
        more = [] if values is None else ["--values", "-"]
        return subprocess.run(
            [*command, *more], input=json.dumps(values), capture_output=True, text=True, check=False
        )

    def kubectl(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run kubectl."""
        command = [tool.program(), *self._where(), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def may(self, *words: str) -> bool:
        """`kubectl auth can-i`."""
        return self.kubectl("auth", "can-i", *words).stdout == "yes\n"

    def _where(self) -> list[str]:
        return [f"--kubeconfig={self.kubeconfig}", "--namespace", self.namespace]


def with_role(kubectl: Kubectl, kubeconfig: Path, namespace: str, role: str, home: Path) -> Person:
    """A person bound to a ClusterRole in one namespace; the kubeconfig goes into `home`."""
    where = ("-n", namespace)
    kubectl("create", "serviceaccount", "alice", *where)
    kubectl(
        "create", "rolebinding", "alice", f"--clusterrole={role}",
        f"--serviceaccount={namespace}:alice", *where,
    )  # fmt: skip
    token = kubectl("create", "token", "alice", "--duration=1h", *where).stdout.strip()
    config = yaml.safe_load(kubeconfig.read_text())
    current = next(c for c in config["contexts"] if c["name"] == config["current-context"])
    config["users"] = [{"name": "alice", "user": {"token": token}}]
    config["contexts"] = [
        {"name": "alice", "context": {"cluster": current["context"]["cluster"], "user": "alice"}}
    ]
    config["current-context"] = "alice"
    path = home / f"{namespace}-alice.kubeconfig"
    path.write_text(yaml.safe_dump(config))
    path.chmod(0o600)
    return Person(namespace, path)
