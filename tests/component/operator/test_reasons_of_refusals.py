"""What the API server and the administrator do not allow, by the word for who says no."""

from collections.abc import Mapping
from typing import Any

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.plan import Options
from streaminglab_operator.plan.ingress import IngressPolicy
from tests.fakes.world import World

PAGES: dict[str, Any] = {
    "weather": False,
    "kafka": {"topics": [{"name": "test"}]},
    "kafkaUI": {},
}


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        pytest.param(
            Reason.POD_SECURITY,
            'violates PodSecurity "restricted:latest": runAsNonRoot != true',
            marks=pytest.mark.provokes(Reason.POD_SECURITY),
        ),
        pytest.param(
            Reason.POD_SECURITY,
            "unable to validate against any security context constraint: provider restricted-v2: "
            ".containers[0].runAsUser: Invalid value: 1000: must be in the ranges: [1000850000, 1]",
            id="OpenShift",
        ),
        pytest.param(
            Reason.LIMIT_RANGE,
            "maximum memory usage per Container is 128Mi, but limit is 512Mi",
            marks=pytest.mark.provokes(Reason.LIMIT_RANGE),
        ),
        pytest.param(
            Reason.REFUSED,
            'admission webhook "policy.example.org" denied the request: label owner is missing',
            marks=pytest.mark.provokes(Reason.REFUSED),
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("component", ["kafka", "telegraf", "init"])
async def test_who_refuses_a_pod_is_the_reason_and_the_lab_heals(
    component: str, reason: Reason, words: str
) -> None:
    world = World()

    def refuse(kind: str, body: Mapping[str, Any]) -> str | None:
        mine = body["metadata"].get("labels", {}).get("app.kubernetes.io/component") == component
        return (
            f'pods "{body["metadata"]["name"]}" is forbidden: {words}'
            if (mine and kind == "Pod")
            else None
        )

    world.server.admission.append(refuse)
    world.add_lab()
    await world.settle(seconds=30)
    ready = world.condition("Ready")
    assert (ready["status"], ready["reason"]) == ("False", reason)
    assert words in ready["message"]
    world.server.admission.clear()
    await world.settle(world.ready, seconds=60)


async def test_an_account_that_is_not_there_is_named_with_the_field_and_the_lab_heals() -> None:
    world = World()
    missing = "error looking up service account user-alice/student: serviceaccount not found"

    def refuse(kind: str, body: Mapping[str, Any]) -> str | None:
        name = body["metadata"]["name"]
        found = kind == "Pod" and "jupyter" in name
        return f'pods "{name}" is forbidden: {missing}' if found else None

    world.server.admission.append(refuse)
    world.add_lab({**PAGES, "jupyter": {"serviceAccountName": "student"}})
    await world.settle(seconds=30)
    said = world.condition("JupyterReady")
    assert (said["status"], said["reason"]) == ("False", "Refused")
    assert "no ServiceAccount student: make it, or take spec.jupyter" in said["message"]
    world.server.admission.clear()
    await world.settle(world.ready, seconds=60)


@pytest.mark.provokes(Reason.GATEWAY_API_MISSING)
async def test_a_cluster_without_the_gateway_api_is_told_and_the_rest_of_the_lab_runs() -> None:
    world = World()
    world.server.admission.append(
        lambda kind, _: (
            "the server could not find the requested resource" if kind == "HTTPRoute" else None
        )
    )
    ingress = {"className": "public", "domain": "lab.example.org"}
    world.add_lab({**PAGES, "access": {"ingress": ingress, "gateway": {"name": "public"}}})
    await world.settle(seconds=30)
    said = world.condition("AccessReady")
    assert (said["status"], said["reason"]) == ("False", "GatewayAPIMissing")
    assert "use access.ingress alone" in said["message"]
    assert world.condition("KafkaUIReady")["status"] == "True"
    world.edit_lab({"access": {"gateway": None}})
    await world.settle(world.ready, seconds=60)


@pytest.mark.provokes(Reason.HOST_NOT_ALLOWED)
async def test_a_host_name_that_the_administrator_forbids_is_told_with_one_that_he_allows() -> None:
    policy = IngressPolicy(host_patterns=("{namespace}-*.lab.example.org",))
    world = World(options=Options(ingress=policy))
    hosts = {"kafkaUI": "www.example.org"}
    ingress = {"className": "public", "domain": "lab.example.org", "hosts": hosts}
    world.add_lab({**PAGES, "access": {"ingress": ingress}})
    await world.settle(seconds=30)
    said = world.condition("AccessReady")
    assert (said["status"], said["reason"]) == ("False", "HostNotAllowed")
    assert "www.example.org" in said["message"]
    assert "user-alice-*.lab.example.org" in said["message"]
    world.edit_lab({"access": {"ingress": {"hosts": None}}})
    await world.settle(world.ready, seconds=60)


@pytest.mark.provokes(Reason.ANNOTATION_NOT_ALLOWED)
async def test_an_annotation_that_the_administrator_forbids_is_left_out_and_told() -> None:
    world = World()
    notes = {"nginx.ingress.kubernetes.io/configuration-snippet": "return 200;"}
    ingress = {"className": "public", "domain": "lab.example.org", "annotations": notes}
    world.add_lab({**PAGES, "access": {"ingress": ingress}})
    await world.settle(seconds=30)
    said = world.condition("AccessReady")
    assert (said["status"], said["reason"]) == ("False", "AnnotationNotAllowed")
    assert "configuration-snippet" in said["message"]
    (made,) = world.server.find("Ingress")
    assert "return 200;" not in str(made)
    world.edit_lab({"access": {"ingress": {"annotations": None}}})
    await world.settle(world.ready, seconds=60)
