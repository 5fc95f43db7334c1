"""An operator limited to named namespaces (`watchNamespaces`): a release of its own, with rights
in those namespaces alone.

Two operators must not work on one lab, and the cluster-wide one works on all: it rests meanwhile.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.cluster import SMALL, Kubectl, LabHandle
from tools.artifacts import get
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE
from tools.shell.paths import ROOT

pytestmark = pytest.mark.exclusive

RELEASE = "limited"
HEARD_SECONDS = 15.0
"""kopf retries what it may not do for about a minute; a lab must be heard of long before."""


@pytest.fixture
def cluster_wide_rests(kubectl: Kubectl) -> Iterator[None]:
    """The cluster-wide operator is stopped, and runs again after the test whatever happened."""
    where = ("-n", OPERATOR_NAMESPACE)
    pods = ("pod", "-l", f"app.kubernetes.io/instance={OPERATOR}")
    try:
        kubectl("scale", "deployment", OPERATOR, "--replicas=0", *where)
        kubectl("wait", "--for=delete", *pods, *where, "--timeout=110s")
        yield
    finally:
        kubectl("scale", "deployment", OPERATOR, "--replicas=1", *where)
        kubectl("rollout", "status", f"deployment/{OPERATOR}", *where, "--timeout=120s")


@pytest.fixture
def limited(
    kubectl: Kubectl,
    kubeconfig: Path,
    lab: LabHandle,
    make_namespace: Callable[[], str],
    cluster_wide_rests: None,
) -> Iterator[str]:
    """Namespace of an operator that may work in the lab's namespace and nowhere else."""
    home = make_namespace()
    helm = [str(get("helm") / "bin" / "helm"), f"--kubeconfig={kubeconfig}", "--namespace", home]
    chart = str(ROOT / "charts" / "streaminglab-operator")
    done = subprocess.run(
        [*helm, "install", RELEASE, chart, "--values", "-", "--wait", "--timeout", "120s"],
        input=json.dumps(_values(kubectl, lab.namespace)),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    yield home
    # The lab first: its operator's rights go with the release.
    kubectl("delete", "streaminglab", "--all", "-n", lab.namespace, "--wait=false")
    subprocess.run([*helm, "uninstall", RELEASE, "--wait"], capture_output=True, check=True)


def _values(kubectl: Kubectl, namespace: str) -> dict[str, object]:
    """The images of the operator that is installed. CRD and people's rights are its own."""
    found = kubectl.api.get("deployment", OPERATOR, OPERATOR_NAMESPACE)
    assert found
    container = found["spec"]["template"]["spec"]["containers"][0]
    repository, _, tag = container["image"].rpartition(":")
    environment = {entry["name"]: entry.get("value") for entry in container["env"]}
    return {
        "image": {"repository": repository, "tag": tag},
        "images": json.loads(environment["STREAMINGLAB_IMAGES"]),
        "watchNamespaces": [namespace],
        "crds": {"install": False},
        "rbac": {"aggregate": False},
    }


def test_a_limited_operator_brings_its_labs_about_and_leaves_others_alone(
    lab: LabHandle, limited: str, make_namespace: Callable[[], str], kubectl: Kubectl
) -> None:
    elsewhere = LabHandle(kubectl, make_namespace(), "meteo")
    elsewhere.apply(SMALL)
    applied = time.monotonic()
    lab.apply(SMALL)
    assert _rights(kubectl, limited, lab.namespace) == {"its namespace"}
    lab.until(lambda: lab.get().get("status"), "a first word about the lab", HEARD_SECONDS)
    assert time.monotonic() - applied < HEARD_SECONDS
    lab.wait("Ready")
    assert lab.counts() == (600, 600, 600)
    assert "status" not in elsewhere.get()
    assert not elsewhere.items("pods")
    logs = kubectl("logs", f"deployment/{RELEASE}", "-n", limited, "--tail=-1").stdout.lower()
    assert "in sync" in logs
    assert not [line for line in logs.splitlines() if "forbidden" in line or "permission" in line]


def _rights(kubectl: Kubectl, home: str, watched: str) -> set[str]:
    """What the limited operator may list."""
    asked = {
        "its namespace": ("pods", "-n", watched),
        "another namespace": ("pods", "-n", OPERATOR_NAMESPACE),
        "namespaces": ("namespaces",),
        "CRDs": ("customresourcedefinitions",),
    }
    account = f"--as=system:serviceaccount:{home}:{RELEASE}"
    return {
        what
        for what, words in asked.items()
        if kubectl("auth", "can-i", "list", *words, account, check=False).stdout == "yes\n"
    }
