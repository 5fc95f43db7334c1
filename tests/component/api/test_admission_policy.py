"""The policy of the operator's chart on a real API server: the account writes for labs alone.

The account has every right here (the server authorises all): what is refused, the policy refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.charts.support import NAMESPACE
from tests.component.api.conftest import LABS, Labs
from tests.component.api.control_plane import Answer, Client
from tests.component.api.policies import OPERATORS, RELEASE, installed, let_in, until_in_force

OPERATOR = f"system:serviceaccount:{NAMESPACE}:{RELEASE}"
SOMEBODY = f"system:serviceaccount:{NAMESPACE}:somebody"
LABEL = {"streaminglab.dev/lab": "meteo"}
OWNER = {
    "apiVersion": "streaminglab.dev/v1alpha1",
    "kind": "StreamingLab",
    "name": "meteo",
    "uid": "0",
}
LAB = {"labels": LABEL, "ownerReferences": [OWNER]}
POD_SPEC = {"containers": [{"name": "a", "image": "a"}]}
TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": POD_SPEC}
SELECTOR = {"matchLabels": {"a": "b"}}
CORE = "/api/v1/namespaces/default"
FORBIDDEN = "may write objects of labs alone"

Body = dict[str, Any]


def _body(kind: str, version: str, name: str, metadata: Mapping[str, Any], **rest: Any) -> Body:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **metadata}, **rest}


def secret(name: str, **metadata: Any) -> tuple[str, Body]:
    return f"{CORE}/secrets", _body("Secret", "v1", name, metadata)


def config(name: str, **metadata: Any) -> tuple[str, Body]:
    return f"{CORE}/configmaps", _body("ConfigMap", "v1", name, metadata)


def pod(name: str, **metadata: Any) -> tuple[str, Body]:
    return f"{CORE}/pods", _body("Pod", "v1", name, metadata, spec=POD_SPEC)


def workload(name: str, **metadata: Any) -> tuple[str, Body]:
    spec = {"selector": SELECTOR, "template": TEMPLATE}
    path = "/apis/apps/v1/namespaces/default/deployments"
    return path, _body("Deployment", "apps/v1", name, metadata, spec=spec)


def claim(name: str, /, volume: Any = "", **metadata: Any) -> tuple[str, Body]:
    spec: Body = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    spec |= {"volumeName": volume} if volume else {}
    path = f"{CORE}/persistentvolumeclaims"
    return path, _body("PersistentVolumeClaim", "v1", name, metadata, spec=spec)


def role(name: str, **metadata: Any) -> tuple[str, Body]:
    path = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles"
    return path, _body("Role", "rbac.authorization.k8s.io/v1", name, metadata, rules=[])


def event(kind: str) -> tuple[str, Body]:
    involved = {"kind": kind, "name": "a", "namespace": "default"}
    body = _body("Event", "v1", "", {"generateName": "a-"}, involvedObject=involved, reason="A")
    del body["metadata"]["name"]
    return f"{CORE}/events", body


def lease(name: str, namespace: str) -> tuple[str, Body]:
    path = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
    return path, _body("Lease", "coordination.k8s.io/v1", name, {}, spec={"holderIdentity": "a"})


def home_secret(name: str) -> tuple[str, Body]:
    return f"/api/v1/namespaces/{NAMESPACE}/secrets", _body("Secret", "v1", name, {})


ALLOWED: dict[str, tuple[str, Body]] = {
    "an object of a lab": config("meteo-kafka", **LAB),
    "a workload of a lab": workload("meteo-page", **LAB),
    "a role of a lab": role("meteo-page", **LAB),
    "a lab's credentials": secret("meteo-credentials", **LAB),
    "credentials that outlive their lab": secret("meteo-credentials", labels=LABEL),
    "a lab's pull Secret": secret("meteo-image-pull", **LAB),
    "what a lab tells a catalog": secret("discoverable-meteo-kafka", **LAB),
    "a volume of a lab": claim("data-meteo-kafka-0-0", **LAB),
    "a volume that outlives its lab": claim("data-meteo-kafka-0-0", labels=LABEL),
    "an event about a lab": event("StreamingLab"),
    "its own lease": lease("streaminglab-operator", NAMESPACE),
    "its master key": home_secret("streaminglab-master-key"),
}
REFUSED: dict[str, tuple[str, Body]] = {
    "an object without an owner": config("a", labels=LABEL),
    "an object without the label": config("a", ownerReferences=[OWNER]),
    "an object of another owner": config(
        "a", labels=LABEL, ownerReferences=[{**OWNER, "kind": "ReplicaSet"}]
    ),
    "an object of another group's kind": config(
        "a", labels=LABEL, ownerReferences=[{**OWNER, "apiVersion": "example.org/v1"}]
    ),
    "a workload of nobody": workload("a"),
    "a role of nobody": role("a"),
    "a pod, even of a lab": pod("a", **LAB),
    "a volume of nobody": claim("data-a-0"),
    "a volume without the label": claim("data-a-0", ownerReferences=[OWNER]),
    "another Secret": secret("a", **LAB),
    "credentials without the label": secret("a-credentials"),
    "a pull Secret without an owner": secret("meteo-image-pull", labels=LABEL),
    "what nobody tells a catalog": secret("discoverable-meteo-kafka"),
    "what a lab told that is gone": secret("discoverable-meteo-kafka", labels=LABEL),
    "what no lab tells a catalog": secret("discoverable-meteo-kafka", ownerReferences=[OWNER]),
    "a master key somewhere else": secret("streaminglab-master-key"),
    "another Secret of its own namespace": home_secret("a"),
    "an event about something else": event("Pod"),
    "another lease": lease("a", NAMESPACE),
    "the lease of another namespace": lease("streaminglab-operator", "default"),
    "a namespace": ("/api/v1/namespaces", _body("Namespace", "v1", "a", {})),
    "a token": (
        f"{CORE}/serviceaccounts/default/token",
        {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}},
    ),
    "a lab": (
        LABS,
        _body("StreamingLab", "streaminglab.dev/v1alpha1", "a", {}, spec={}),
    ),
}


@pytest.fixture(scope="module")
def server(labs: Labs) -> Iterator[Client]:
    """The API server with the policy in force, and what is changed and deleted below."""
    client = labs.client
    client.call("POST", "/api/v1/namespaces", _body("Namespace", "v1", NAMESPACE, {}))
    account = _body("ServiceAccount", "v1", "default", {})
    client.call("POST", f"{CORE}/serviceaccounts", account)
    for path, body in OLD.values():
        assert client.call("POST", path, body).accepted
    with installed(client, OPERATORS):
        until_in_force(lambda: _create(client, *REFUSED["an object without an owner"]))
        yield client


OLD: dict[str, tuple[str, Body]] = {
    "ours": config("old-ours", **LAB),
    "ours, without its label": config("old-unlabelled", ownerReferences=[OWNER]),
    "ours, without its owner": config("old-unowned", labels=LABEL),
    "somebody's": config("old-foreign"),
    "our Secret": secret("old-credentials", labels=LABEL),
    "somebody's Secret": secret("shop-credentials"),
    "what we told": secret("discoverable-old", **LAB),
    "what somebody told": secret("discoverable-shop"),
    "our volume": claim("our-volume", "pv-1", **LAB),
    "a kept volume": claim("kept-volume", "pv-2", labels=LABEL),
    "a claim without a volume": claim("fresh-volume", labels=LABEL),
    "somebody's volume": claim("some-volume"),
}


def _create(client: Client, path: str, body: Body, user: str = OPERATOR) -> Answer:
    return client.call("POST", f"{path}?dryRun=All", body, user)


@pytest.mark.parametrize("what", ALLOWED)
def test_the_operator_makes_what_labs_are_made_of(server: Client, what: str) -> None:
    answer = _create(server, *ALLOWED[what])
    assert let_in(answer), answer.message


@pytest.mark.parametrize("what", REFUSED)
def test_the_operator_makes_nothing_else(server: Client, what: str) -> None:
    answer = _create(server, *REFUSED[what])
    assert not let_in(answer)
    assert FORBIDDEN in answer.message


@pytest.mark.parametrize(
    "what", [w for w in REFUSED if w not in ("a token", "a pod, even of a lab")]
)
def test_others_are_not_held_by_it(server: Client, what: str) -> None:
    path, body = REFUSED[what]
    answer = _create(server, path, body, SOMEBODY)
    assert FORBIDDEN not in answer.message


@pytest.mark.parametrize(
    ("what", "change", "allowed"),
    [
        ("ours", {"data": {"a": "b"}}, True),
        ("ours", {"metadata": {"labels": {"streaminglab.dev/lab": None}}}, False),
        ("ours", {"metadata": {"ownerReferences": []}}, False),
        ("ours, without its label", {"metadata": LAB}, True),
        ("ours, without its owner", {"metadata": LAB}, True),
        ("somebody's", {"data": {"a": "b"}}, False),
        ("somebody's", {"metadata": LAB}, False),
        ("our Secret", {"data": {"a": "Yg=="}}, True),
        ("somebody's Secret", {"data": {"a": "Yg=="}}, False),
        ("somebody's Secret", {"metadata": LAB}, False),
        ("our volume", {"metadata": {"ownerReferences": []}}, True),
        ("our volume", {"metadata": {"labels": {"streaminglab.dev/lab": None}}}, False),
        ("a kept volume", {"metadata": LAB}, True),
        ("somebody's volume", {"metadata": LAB}, False),
        ("somebody's volume", {"metadata": {"annotations": {"a": "b"}}}, False),
    ],
)
def test_what_is_there_is_changed_where_it_was_a_labs_and_stays_one(
    server: Client, what: str, change: Body, allowed: bool
) -> None:
    path, body = OLD[what]
    where = f"{path}/{body['metadata']['name']}?dryRun=All"
    answer = server.call("PATCH", where, change, OPERATOR)
    assert let_in(answer) is allowed, answer.message
    assert (FORBIDDEN in answer.message) is not allowed


@pytest.mark.parametrize(
    ("what", "allowed"),
    [
        ("ours", True),
        ("ours, without its label", True),
        ("somebody's", False),
        ("our Secret", False),
        ("our volume", True),
        ("a kept volume", False),
        ("a claim without a volume", True),
        ("somebody's volume", False),
    ],
)
def test_what_is_deleted_was_a_labs(server: Client, what: str, allowed: bool) -> None:
    path, body = OLD[what]
    where = f"{path}/{body['metadata']['name']}?dryRun=All"
    answer = server.call("DELETE", where, user=OPERATOR)
    assert let_in(answer) is allowed, answer.message


def test_the_status_of_a_lab_is_the_operators_to_write(server: Client, labs: Labs) -> None:
    made = labs.create({}, keep=True)
    where = f"{LABS}/{made.body['metadata']['name']}"
    status = server.call("PATCH", f"{where}/status?dryRun=All", {"status": {}}, OPERATOR)
    assert let_in(status), status.message
    spec = server.call("PATCH", f"{where}?dryRun=All", {"spec": {"weather": True}}, OPERATOR)
    assert FORBIDDEN in spec.message
