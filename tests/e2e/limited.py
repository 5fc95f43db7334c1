"""An operator limited to one namespace: a Helm release of its own beside the cluster-wide one."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.cluster import Kubectl
from tools.artifacts import get
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE
from tools.shell.paths import ROOT

RELEASE = "limited"


@dataclass(frozen=True)
class LimitedOperator:
    """``home``: the namespace that it runs in; ``namespace``: the one that it works in."""

    kubectl: Kubectl
    kubeconfig: Path
    home: str
    namespace: str

    def install(self, **images: str) -> None:
        """Install or upgrade the release, with other images for these parts of labs."""
        chart = str(ROOT / "charts" / "streaminglab-operator")
        done = self._helm(
            "upgrade", "--install", RELEASE, chart, "--values", "-", "--wait", "--timeout=240s",
            values=self._values(images),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def remove(self) -> None:
        """The labs first: their operator's rights go with the release."""
        self.kubectl("delete", "streaminglab", "--all", "-n", self.namespace, "--wait=false")
        done = self._helm("uninstall", RELEASE, "--wait", "--ignore-not-found")
        assert done.returncode == 0, done.stderr

    def _helm(
        self, *words: str, values: dict[str, object] | None = None
    ) -> subprocess.CompletedProcess[str]:
        program = str(get("helm") / "bin" / "helm")
        where = (f"--kubeconfig={self.kubeconfig}", "--namespace", self.home)
        return subprocess.run(
            [program, *where, *words],
            input=json.dumps(values), capture_output=True, text=True, check=False,
        )  # fmt: skip

    def _values(self, images: dict[str, str]) -> dict[str, object]:
        """The images of the operator that is installed. CRD and people's rights are its own."""
        found = self.kubectl.api.get("deployment", OPERATOR, OPERATOR_NAMESPACE)
        assert found
        container = found["spec"]["template"]["spec"]["containers"][0]
        repository, _, tag = container["image"].rpartition(":")
        environment = {entry["name"]: entry.get("value") for entry in container["env"]}
        return {
            "image": {"repository": repository, "tag": tag},
            "images": {**json.loads(environment["STREAMINGLAB_IMAGES"]), **images},
            "watchNamespaces": [self.namespace],
            "crds": {"install": False},
            "rbac": {"aggregate": False},
        }
