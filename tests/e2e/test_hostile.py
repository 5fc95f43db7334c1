"""The worst that tenants can do beside a neighbour's lab: he does not notice.

One hostile namespace for each kind, all at once. More kinds, and what they cost, are measured
without a cluster: tests/component/hostile and `make bench-hostile`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.cluster import SMALL, Kubectl, LabHandle
from tests.e2e.impostor import Impostor
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE

pytestmark = pytest.mark.exclusive

MAX_MEMORY_KIB = 200 * 1024
HANGING = 2
SECRET_BYTES = 2**20 - 1024
ANNOTATION_BYTES = 250_000
# 64 for each of 16 connectors: nearly the 256 KiB that a lab's spec may have.
OPTION_BYTES = 220
CONNECT: dict[str, Any] = {
    "profile": "nano",
    "weather": False,
    "kafka": {"topics": []},
    "connect": {"connectors": [{"name": "c", "class": "x.Y", "config": {"topics": "weather"}}]},
}


def _flooding(kubectl: Kubectl, namespace: str) -> Impostor:
    """An InfluxDB that answers without end: the operator asks each new pod whether it is set up."""
    lab = LabHandle(kubectl, namespace, "flood")
    lab.apply(SMALL)
    return Impostor(lab, "influxdb", 8086, "flood")


def _hanging(kubectl: Kubectl, namespace: str) -> list[Impostor]:
    """Connects that never answer."""
    found = [LabHandle(kubectl, namespace, f"hang{i}") for i in range(HANGING)]
    for lab in found:
        lab.apply(CONNECT)
    return [Impostor(lab, "connect", 8083, "hang") for lab in found]


def _bloated(kubectl: Kubectl, namespace: str) -> None:
    """Everything that the operator reads, as large as can be: a Secret in the place of the lab's,
    once as a stranger's and once as if the lab had made it, annotations and spec."""
    for name, labels in (("theirs", {}), ("ours", _as_ours("ours"))):
        garbage = {"x": b64encode(b"://:" * (SECRET_BYTES // 4)).decode()}
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": f"{name}-credentials", "labels": labels},
            "data": garbage,
        }
        kubectl.api.create(secret, namespace)
        lab = {
            "apiVersion": "streaminglab.dev/v1alpha1",
            "kind": "StreamingLab",
            "metadata": {"name": name, "annotations": {"x": "[" * ANNOTATION_BYTES}},
            "spec": {"profile": "nano", "weather": False, "suspend": True, "connect": _long()},
        }
        kubectl.api.create(lab, namespace)


def _as_ours(lab: str) -> dict[str, str]:
    return {"streaminglab.dev/lab": lab, "app.kubernetes.io/managed-by": "streaminglab-operator"}


def _long() -> dict[str, Any]:
    config = {f"o{i}": "[" * OPTION_BYTES for i in range(64)}
    return {"connectors": [{"name": f"c{i}", "class": "x.Y", "config": config} for i in range(16)]}


@dataclass(frozen=True)
class Operator:
    """The one pod of the operator."""

    kubectl: Kubectl

    def starts(self) -> tuple[str, int]:
        """Which pod it is, and how often its container was restarted."""
        label = f"app.kubernetes.io/name={OPERATOR}"
        (pod,) = self.kubectl.api.items("pods", OPERATOR_NAMESPACE, label)
        return pod["metadata"]["uid"], pod["status"]["containerStatuses"][0]["restartCount"]

    def peak_kib(self) -> int:
        """The most memory that its process has had (VmHWM, proc(5))."""
        program = "print(open('/proc/1/status').read())"
        words = ("exec", "-n", OPERATOR_NAMESPACE, f"deployment/{OPERATOR}", "--")
        said = self.kubectl(*words, "python3", "-c", program).stdout
        line = next(line for line in said.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1])


def test_a_neighbour_of_the_worst_tenants_gets_ready_and_stays_so(
    kubectl: Kubectl, make_namespace: Callable[[], str]
) -> None:
    operator = Operator(kubectl)
    before = operator.starts()
    impostors = [_flooding(kubectl, make_namespace()), *_hanging(kubectl, make_namespace())]
    for each in impostors:
        each.take_its_place()
    tenant = make_namespace()
    _bloated(kubectl, tenant)
    neighbour = LabHandle(kubectl, make_namespace(), "meteo")
    neighbour.apply(SMALL)

    for each in impostors:
        each.until_asked(1)
    neighbour.wait("Ready")
    since = neighbour.condition("Ready")["lastTransitionTime"]
    stranger = LabHandle(kubectl, tenant, "theirs")
    stranger.until(lambda: "theirs-credentials" in json.dumps(stranger.get()["status"]), "a word")
    asked = [each.asked() for each in impostors]
    for each, requests in zip(impostors, asked, strict=True):
        each.until_asked(requests + 1)

    ready = neighbour.condition("Ready")
    assert (ready["status"], ready["lastTransitionTime"]) == ("True", since)
    assert neighbour.counts() == (600, 600, 600)
    assert operator.starts() == before
    assert operator.peak_kib() < MAX_MEMORY_KIB
