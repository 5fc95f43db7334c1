"""What end-to-end tests do with a lab: apply it, wait, look, break."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.lost_output import Done, whole
from tools.cluster import kubectl as tool
from tools.cluster.api import Api, Kind
from tools.lab.found import LAB

SMALL: dict[str, Any] = {
    "profile": "nano",
    "inject": {"stations": 3, "rate": "500/s", "points": 600},
}
READY_SECONDS = 240.0


@dataclass(frozen=True)
class Kubectl:
    """kubectl against the cluster under test, for what a person types; ``api`` for what is read."""

    kubeconfig: Path

    @cached_property
    def api(self) -> Api:
        """The same cluster's objects."""
        return Api.of(self.kubeconfig)

    def __call__(
        self, *args: str, stdin: str | None = None, check: bool = True, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl; with ``check`` a refusal fails the test with kubectl's words."""

        def run() -> Done:
            return subprocess.run(
                [tool.program(), f"--kubeconfig={self.kubeconfig}", *args],
                input=stdin, capture_output=True, text=True, timeout=timeout, check=False,
            )  # fmt: skip

        done = whole(" ".join(args), run)
        if check and done.returncode:
            pytest.fail(f"kubectl {' '.join(args)}: {done.stderr.strip()}")
        return done


@dataclass
class LabHandle:
    """One lab of one test."""

    kubectl: Kubectl
    namespace: str
    name: str

    def apply(self, spec: dict[str, Any], *, check: bool = True) -> str:
        """Apply the lab; what the API server said."""
        body = {
            "apiVersion": "streaminglab.dev/v1alpha1",
            "kind": "StreamingLab",
            "metadata": {"name": self.name, "namespace": self.namespace},
            "spec": spec,
        }
        done = self.kubectl("apply", "-f", "-", stdin=json.dumps(body), check=check)
        return done.stdout + done.stderr

    def get(self, kind: Kind = LAB, name: str = "") -> dict[str, Any]:
        """One object; it must be there."""
        found = self.kubectl.api.get(kind, name or self.name, self.namespace)
        if found is None:
            pytest.fail(f"there is no {kind} {name or self.name} in {self.namespace}")
        return found

    def items(self, kind: Kind, labels: str = "") -> list[dict[str, Any]]:
        """All objects of a kind in the namespace, or those with these labels (a selector)."""
        return self.kubectl.api.items(kind, self.namespace, labels)

    def condition(self, kind: str) -> dict[str, Any]:
        """One condition of the newest generation; Unknown if it was not written yet."""
        lab = self.get()
        for found in lab.get("status", {}).get("conditions", []):
            if found["type"] == kind and (
                found.get("observedGeneration", 0) >= lab["metadata"]["generation"]
            ):
                return dict(found)
        return {"type": kind, "status": "Unknown", "reason": "", "message": ""}

    def wait(self, kind: str, status: str = "True", seconds: float = READY_SECONDS) -> str:
        """Wait for a condition; its message."""
        found = self.until(
            lambda: c if (c := self.condition(kind))["status"] == status else None,
            f"{kind}={status}",
            seconds,
        )
        return str(found["message"])

    def until(self, look: Callable[[], Any], what: str, seconds: float = READY_SECONDS) -> Any:
        """Look until something true comes back; fail telling the lab's conditions."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            time.sleep(0.4)
        pytest.fail(f"{what} did not come within {seconds:.0f} s\n{self.story()}")

    def serve_pages(self, *, served: bool = True) -> None:
        """What an ingress controller does, of which the test cluster has none: it reports where the
        lab's Ingress is served, or that this is over."""
        name = f"{self.name}-access"
        self.until(
            lambda: name in [o["metadata"]["name"] for o in self.items("ingresses")],
            f"Ingress {name}",
        )
        entries = [{"ip": "192.0.2.80"}] if served else None
        patch = json.dumps({"status": {"loadBalancer": {"ingress": entries}}})
        self.kubectl(
            "patch", "ingress", name, "-n", self.namespace, "--subresource=status", "--type=merge",
            "-p", patch,
        )  # fmt: skip

    def until_gone(self, empty: Callable[[], bool], seconds: float = READY_SECONDS) -> None:
        """Wait until a look finds nothing any more; the lab itself may be gone."""
        end = time.monotonic() + seconds
        while not empty():
            if time.monotonic() > end:
                left = self.kubectl("get", "all,pvc,secret", "-n", self.namespace).stdout
                pytest.fail(f"still there after {seconds:.0f} s:\n{left}")
            time.sleep(0.5)

    def story(self) -> str:
        """Conditions and pods, for a failure's message."""
        conditions = self.get().get("status", {}).get("conditions", [])
        lines = [f"  {c['type']}={c['status']} {c['reason']}: {c['message']}" for c in conditions]
        pods = self.kubectl("get", "pods", "-n", self.namespace, "-o", "wide", check=False)
        logs = [
            f"--- {pod['metadata']['name']}\n"
            + self.kubectl.api.logs(pod["metadata"]["name"], self.namespace, 8)
            for pod in self.items("pods")
        ]
        return "\n".join([*lines, pods.stdout, *logs])

    def counts(self) -> tuple[int, int, int]:
        """Points in InfluxDB, in the producer's topic and in Telegraf's topic."""
        data = self.get()["status"]["data"]
        return data["influxdb"], data["producer"], data["telegraf"]

    def pod(self, component: str) -> str:
        """The name of the newest pod of a component."""
        pods = self.items("pods", f"app.kubernetes.io/component={component}")
        alive = [p for p in pods if "deletionTimestamp" not in p["metadata"]]
        if not alive:
            pytest.fail(f"no pod of {component}\n{self.story()}")
        return str(max(alive, key=lambda p: p["metadata"]["creationTimestamp"])["metadata"]["name"])

    def kill(self, pod: str) -> None:
        """End a pod at once, without grace."""
        if not self.kubectl.api.delete("pod", pod, self.namespace, grace=0):
            pytest.fail(f"there is no pod {pod} to end in {self.namespace}")

    def injected(self) -> bool:
        """True while the injection runs: it has started, and is not complete."""
        jobs = self.items("jobs", "app.kubernetes.io/component=inject")
        return bool(jobs and jobs[0].get("status", {}).get("ready"))
