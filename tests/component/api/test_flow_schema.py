"""A real API server sorts the operator's calls as the chart says: by the headers of its answers
(Kubernetes, "API Priority and Fairness": Diagnostics)."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.charts.support import NAMESPACE, render
from tests.component.api.conftest import Labs
from tests.component.api.control_plane import Client

RELEASE = "streaminglab-operator"
OPERATOR = f"system:serviceaccount:{NAMESPACE}:{RELEASE}"
SOMEBODY = f"system:serviceaccount:{NAMESPACE}:default"
FLOWS = "/apis/flowcontrol.apiserver.k8s.io/v1"
PLURALS = {
    "FlowSchema": "flowschemas",
    "PriorityLevelConfiguration": "prioritylevelconfigurations",
}
LEASE = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases/streaminglab-operator"
SERVICES = "/api/v1/namespaces/default/services"


@pytest.fixture(scope="module")
def server(labs: Labs) -> Iterator[Client]:
    """With what the chart makes, in force."""
    values = {"flowSchema": {"enabled": True, "level": {"enabled": True}}}
    made = []
    for body in render(RELEASE, values, RELEASE):
        if plural := PLURALS.get(body["kind"]):
            answer = labs.client.call("POST", f"{FLOWS}/{plural}", body)
            assert answer.accepted, answer.message
            made.append(f"{FLOWS}/{plural}/{body['metadata']['name']}")
    _until_in_force(labs.client)
    yield labs.client
    for path in reversed(made):
        labs.client.call("DELETE", path)


def _until_in_force(client: Client) -> None:
    for _ in range(150):
        if _level(client, SERVICES, OPERATOR).startswith("labs."):
            return
        time.sleep(0.2)
    raise AssertionError("the flow schemas are not in force")


def _level(client: Client, path: str, user: str) -> str:
    """The name of the priority level in which a read of this user was answered."""
    uid = client.call("GET", path, user=user).headers["x-kubernetes-pf-prioritylevel-uid"]
    levels = client.call("GET", f"{FLOWS}/prioritylevelconfigurations").body["items"]
    names = [i["metadata"]["name"] for i in levels if i["metadata"]["uid"] == uid]
    return str(names[0])


@pytest.mark.parametrize(
    ("path", "user", "level"),
    [
        (LEASE, OPERATOR, "leader-election"),
        (SERVICES, OPERATOR, f"labs.{RELEASE}.{NAMESPACE}.streaminglab.dev"),
        (
            LEASE.replace(NAMESPACE, "default"),
            OPERATOR,
            f"labs.{RELEASE}.{NAMESPACE}.streaminglab.dev",
        ),
        (LEASE, SOMEBODY, "workload-low"),
        (SERVICES, SOMEBODY, "workload-low"),
    ],
)
def test_a_call_is_in_its_level(server: Client, path: str, user: str, level: str) -> None:
    assert _level(server, path, user) == level
