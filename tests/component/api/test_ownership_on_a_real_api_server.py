"""What the operator's own requests do to objects of somebody else, on a real API server."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import aiohttp
import pytest

from streaminglab_operator.adapters.api import Api
from streaminglab_operator.adapters.cluster import KubernetesCluster
from streaminglab_operator.adapters.kinds import BY_KIND
from streaminglab_operator.errors import ApiError, Conflict
from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import ObjectToApply
from streaminglab_operator.reconcile import cluster_ips
from tests.component.api.conftest import LABS, Labs
from tests.component.api.control_plane import TOKEN, Client

Json = dict[str, Any]
Does = Callable[[KubernetesCluster], Coroutine[Any, Any, Any]]

CONTAINERS: Json = {"containers": [{"name": "c", "image": "i"}]}
POD: Json = {"metadata": {"labels": {"a": "b"}}, "spec": CONTAINERS}
ONCE: Json = {"spec": {**CONTAINERS, "restartPolicy": "Never"}}
SELECTOR = {"selector": {"matchLabels": {"a": "b"}}}
ROLE = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "own"}
BODIES: dict[str, Json] = {
    "StatefulSet": {"spec": {**SELECTOR, "serviceName": "s", "template": POD}},
    "Deployment": {"spec": {**SELECTOR, "template": POD}},
    "Job": {"spec": {"template": ONCE}},
    "Service": {"spec": {"ports": [{"port": 9092}], "selector": {"a": "b"}}},
    "ConfigMap": {"data": {"a": "b"}},
    "NetworkPolicy": {"spec": {"podSelector": {}}},
    "PodDisruptionBudget": {"spec": {"maxUnavailable": 1, **SELECTOR}},
    "Ingress": {"spec": {"rules": [{"host": "x.example.org"}]}},
    "ServiceAccount": {},
    "Role": {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]},
    "RoleBinding": {"roleRef": ROLE, "subjects": []},
}


def _item(kind: str, name: str, uid: str = "", **metadata: Any) -> ObjectToApply:
    version = BY_KIND[kind].api_version
    where = {"name": name, "namespace": "default", **metadata}
    body = {"apiVersion": version, "kind": kind, "metadata": where, **BODIES[kind]}
    return ObjectToApply(version, kind, "default", name, json.dumps(body), uid)


@pytest.fixture
def as_operator(labs: Labs) -> Iterator[Callable[[Does], Any]]:
    """Runs something with the operator's own client."""

    def run(does: Does) -> Any:
        async def connected() -> Any:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            connector = aiohttp.TCPConnector(ssl=context)
            async with aiohttp.ClientSession(connector=connector) as session:
                api = Api(session, f"https://127.0.0.1:{labs.client.port}")
                api._headers = {"Authorization": f"Bearer {TOKEN}"}
                return await does(KubernetesCluster(api))

        return asyncio.run(connected())

    yield run


def _get(client: Client, kind: str, name: str) -> Json:
    return dict(client.call("GET", BY_KIND[kind].path("default", name)).body)


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_what_somebody_else_made_is_not_taken_over(
    labs: Labs, as_operator: Callable[[Does], Any], kind: str
) -> None:
    body = {"metadata": {"name": "theirs", "labels": {"app": "theirs"}}, **BODIES[kind]}
    labs.client.call("POST", BY_KIND[kind].path("default"), body)
    before = _get(labs.client, kind, "theirs")
    for uid in ("", "00000000-0000-0000-0000-000000000000"):
        item = _item(kind, "theirs", uid, labels={"app": "ours"}, annotations={"x": "y"})
        with pytest.raises(Conflict):
            as_operator(partial(KubernetesCluster.apply, item=item))
    assert _get(labs.client, kind, "theirs") == before


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_what_the_lab_made_is_made_once_and_then_changed_by_its_uid(
    labs: Labs, as_operator: Callable[[Does], Any], kind: str
) -> None:
    made = as_operator(lambda cluster: cluster.apply(_item(kind, "own", labels={"n": "1"})))
    assert made.ownership or kind == "ServiceAccount", "our fields are ours from the first write on"
    with pytest.raises(Conflict):
        as_operator(lambda cluster: cluster.apply(_item(kind, "own", labels={"n": "2"})))
    again = as_operator(lambda cluster: cluster.apply(_item(kind, "own", made.uid)))
    assert again.uid == made.uid
    metadata = _get(labs.client, kind, "own")["metadata"]
    assert "labels" not in metadata or "n" not in metadata["labels"], "a field that we gave up goes"
    if kind == "ServiceAccount":
        return
    assert {m["operation"] for m in metadata["managedFields"]} == {"Apply"}


def test_what_was_ours_and_is_gone_is_a_conflict(as_operator: Callable[[Does], Any]) -> None:
    item = _item("Service", "never", "00000000-0000-0000-0000-000000000000")
    with pytest.raises(Conflict):
        as_operator(lambda cluster: cluster.apply(item))


@pytest.mark.parametrize("kind", ["StatefulSet", "Deployment", "Job"])
def test_a_nudge_touches_the_object_that_was_seen_and_none_of_its_name(
    labs: Labs, as_operator: Callable[[Does], Any], kind: str
) -> None:
    name = f"nudged-{kind.lower()}"
    seen = as_operator(lambda cluster: cluster.apply(_item(kind, name)))
    another = replace(seen, uid="00000000-0000-0000-0000-000000000000")
    older = replace(seen, resource_version=seen.resource_version - 1)
    before = _get(labs.client, kind, name)
    for item in (another, older):
        with pytest.raises(Conflict):
            as_operator(partial(KubernetesCluster.nudge, namespace="default", item=item, stamp="1"))
    assert _get(labs.client, kind, name) == before
    as_operator(partial(KubernetesCluster.nudge, namespace="default", item=seen, stamp="2"))
    annotations = _get(labs.client, kind, name)["metadata"]["annotations"]
    assert annotations["streaminglab.dev/tried-again-at"] == "2"


def test_the_status_is_this_very_labs(labs: Labs, as_operator: Callable[[Does], Any]) -> None:
    made = labs.create({}, keep=True)
    key = LabKey("default", made.body["metadata"]["name"])
    uid = made.body["metadata"]["uid"]
    another = "00000000-0000-0000-0000-000000000000"
    status = {"phase": "Ready"}
    assert not as_operator(lambda cluster: cluster.patch_status(key, another, status))
    assert as_operator(lambda cluster: cluster.patch_status(key, uid, status))
    gone = LabKey("default", "never")
    assert not as_operator(lambda cluster: cluster.patch_status(gone, uid, status))


@pytest.mark.parametrize("first", [True, False])
def test_a_status_is_written_field_by_field_whatever_is_known_of_it(
    labs: Labs, as_operator: Callable[[Does], Any], first: bool
) -> None:
    """What the lab's page writes is not touched, and what is no longer said goes."""
    made = labs.create({}, keep=True).body["metadata"]
    key, path = LabKey("default", made["name"]), f"{LABS}/{made['name']}/status"
    told = {"set": "000", "summary": "1/1", "items": [{"name": "topic", "state": "passed"}]}

    def write(**fields: Any) -> Any:
        assert as_operator(lambda c: c.patch_status(key, made["uid"], fields, first=first))
        return labs.client.call("GET", path).body["status"]

    assert write(phase="Starting", data=None) == {"phase": "Starting"}
    assert labs.client.call("PATCH", path, {"status": {"exercises": told}}).status == 200
    data = {"summary": "1/1/1", "influxdb": 1}
    both = {"phase": "Ready", "exercises": told}
    assert write(phase="Ready", data=data) == {**both, "data": data}
    assert write(phase="Ready", data=None) == both
    assert write(phase="Ready", data=None) == both
    assert write(exercises=None) == {"phase": "Ready"}


def _service(name: str, uid: str = "", **spec: Any) -> ObjectToApply:
    item = _item("Service", name, uid)
    body = json.loads(item.body)
    body["spec"] |= {"type": "ClusterIP", **spec}
    return replace(item, body=json.dumps(body))


def test_a_service_with_a_cluster_ip_is_known_by_its_refusal_and_can_keep_it(
    labs: Labs, as_operator: Callable[[Does], Any]
) -> None:
    made = as_operator(lambda cluster: cluster.apply(_service("older")))
    address = _get(labs.client, "Service", "older")["spec"]["clusterIP"]
    headless = _service("older", made.uid, clusterIP="None", publishNotReadyAddresses=True)
    with pytest.raises(ApiError) as refused:
        as_operator(lambda cluster: cluster.apply(headless))
    assert cluster_ips.has_one(headless, refused.value), refused.value.message
    as_operator(lambda cluster: cluster.apply(cluster_ips.kept(headless)))
    spec = _get(labs.client, "Service", "older")["spec"]
    assert (spec["clusterIP"], spec.get("publishNotReadyAddresses")) == (address, None)


def test_a_headless_service_that_was_made_a_name_of_something_else_is_taken_back(
    labs: Labs, as_operator: Callable[[Does], Any]
) -> None:
    made = as_operator(lambda cluster: cluster.apply(_service("headless", clusterIP="None")))
    change = {"spec": {"type": "ExternalName", "externalName": "x.example.org"}}
    labs.client.call("PATCH", BY_KIND["Service"].path("default", "headless"), change)
    assert _get(labs.client, "Service", "headless")["spec"]["type"] == "ExternalName"
    again = _service("headless", made.uid, clusterIP="None")
    as_operator(lambda cluster: cluster.apply(again))
    spec = _get(labs.client, "Service", "headless")["spec"]
    assert (spec["type"], spec["clusterIP"]) == ("ClusterIP", "None")
