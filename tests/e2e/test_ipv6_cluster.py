"""Labs in a cluster that is otherwise: pods, Services and node have addresses of IPv6 alone, and a
mesh adds containers to the pods of some namespaces.

The cluster is made for it, and goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e import mesh
from tests.e2e.cluster import SMALL, Kubectl, LabHandle
from tests.e2e.empty import empty_cluster
from tests.e2e.families import IPV6, of_pods, of_services
from tools.shell.paths import ROOT

pytestmark = pytest.mark.exclusive

LAB_SECONDS = 420.0
EXAMPLES = ("meteo", "liveconnect")
"""Three brokers with the weather; and Connect, PostgreSQL, SFTP, a registry, Jupyter, dbt."""


@pytest.fixture(scope="module")
def kubectl6(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    """The cluster, with the operator and the images of this machine."""
    folder = tmp_path_factory.mktemp("ipv6")
    with empty_cluster(folder, IPV6, mesh.KIND_OF_CLUSTER) as found:
        found.prepare()
        yield Kubectl(found.kubeconfig)


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_lab_becomes_ready_with_addresses_of_ipv6_alone(kubectl6: Kubectl, example: str) -> None:
    lab = LabHandle(kubectl6, f"ipv6-{example}", example)
    kubectl6("create", "namespace", lab.namespace)
    kubectl6("apply", "-n", lab.namespace, "-f", str(ROOT / "examples" / f"{example}.yaml"))
    lab.wait("Ready", seconds=LAB_SECONDS)
    assert of_pods(lab.items("pods")) == {(6,)}
    assert set(of_services(lab.items("services")).values()) == {("IPv6",)}
    kubectl6("delete", "namespace", lab.namespace, timeout=300)


@pytest.fixture(scope="module")
def meshed(kubectl6: Kubectl) -> Kubectl:
    """With a mesh in namespaces that are labelled so."""
    named = (name for node in kubectl6.api.items("node") for i in node["status"]["images"]
             for name in i["names"])  # fmt: skip
    mesh.install(kubectl6.api, next(name for name in named if "/pause:" in name))
    return kubectl6


def begun(kubectl: Kubectl, kind: str) -> LabHandle:
    """A small lab in a namespace of the mesh."""
    lab = LabHandle(kubectl, f"mesh-{kind}", "meteo")
    kubectl("create", "namespace", lab.namespace)
    kubectl("label", "namespace", lab.namespace, f"{mesh.LABEL}={kind}")
    lab.apply(SMALL)
    return lab


def added(pod: dict[str, Any]) -> bool:
    """Whether the mesh has added its container."""
    spec = pod["spec"]
    every = (*spec["containers"], *spec.get("initContainers", ()))
    return any(container["name"] == mesh.PROXY for container in every)


def test_a_lab_is_ready_beside_containers_that_end_with_the_pods_own(meshed: Kubectl) -> None:
    lab = begun(meshed, mesh.NATIVE)
    lab.wait("Ready", seconds=LAB_SECONDS)
    assert lab.counts() == (600, 600, 600)
    assert all(map(added, lab.items("pods")))
    meshed("delete", "namespace", lab.namespace, timeout=300)


def test_a_container_that_never_ends_is_told_and_the_lab_heals_without_it(meshed: Kubectl) -> None:
    lab = begun(meshed, mesh.PLAIN)
    lab.until(
        lambda: lab.condition("TopicsReady")["reason"] == "OtherContainerRuns",
        "OtherContainerRuns",
        LAB_SECONDS,
    )
    assert mesh.PROXY in lab.condition("TopicsReady")["message"]
    lab.apply({**SMALL, "pods": {"labels": {mesh.LABEL: "no"}}})
    lab.wait("Ready", seconds=LAB_SECONDS)
    assert not any(map(added, lab.items("pods")))
    meshed("delete", "namespace", lab.namespace, timeout=300)
