"""Faults of the world around a lab: what the status says meanwhile, and that the lab heals."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.errors import ApiError
from streaminglab_operator.reconcile.steps.apply import is_refusal
from tests.fakes.world import METEO, World

QUOTA = (
    'pods "{name}" is forbidden: exceeded quota: student, requested: limits.memory=640Mi, '
    "used: limits.memory=3900Mi, limited: limits.memory=4Gi"
)
POD_OF = ["kafka", "influxdb", "telegraf", "producer"]


@pytest.mark.provokes(Reason.VERIFY_AGAIN)
@pytest.mark.parametrize("component", POD_OF)
async def test_a_deleted_pod_is_named_then_all_is_compared_anew_and_ready(
    world: World, component: str
) -> None:
    (pod,) = world.names("Pod", component)
    (verify,) = world.names("Job", "verify")
    raw = world.server.objects[("Pod", METEO.namespace, pod)]
    raw["metadata"]["deletionTimestamp"] = "2026-03-02T09:00:00Z"
    world.store.object_seen("Pod", "MODIFIED", json.loads(json.dumps(raw)))
    await world.work()
    assert world.condition("Ready")["status"] == "False"
    assert pod in world.condition("Ready")["message"]
    assert world.condition("DataFlowing")["status"] == "Unknown"
    world.server.delete("Pod", METEO.namespace, pod)
    await world.settle(seconds=60)
    assert world.ready(), world.status()
    assert world.names("Job", "verify") != [verify]
    assert len(world.names("Job", "verify")) == 1
    assert world.lies == []


async def test_a_broker_that_is_gone_at_once_is_named(world: World) -> None:
    world.server.delete("Pod", METEO.namespace, "meteo-kafka-0-0")
    world.deliver()
    await world.work()
    assert "meteo-kafka-0-0" in world.condition("Ready")["message"]
    assert world.condition("KafkaReady")["status"] == "False"


async def test_a_container_that_was_started_anew_makes_the_data_be_compared_anew(
    world: World,
) -> None:
    (verify,) = world.names("Job", "verify")
    raw = world.server.get("Pod", METEO.namespace, "meteo-kafka-0-0")
    (container,) = raw["status"]["containerStatuses"]
    container["containerID"] = "containerd://another"
    status = {"containerStatuses": [container]}
    world.server.set_status("Pod", METEO.namespace, "meteo-kafka-0-0", status)
    await world.settle(seconds=60)
    assert world.names("Job", "verify") != [verify]
    assert world.ready()


async def test_an_evicted_pod_that_stays_listed_does_not_keep_the_lab_from_ready(
    world: World,
) -> None:
    (name,) = world.names("Pod", "telegraf")
    status = {
        "phase": "Failed",
        "reason": "Evicted",
        "message": "The node was low on resource: memory.",
        "conditions": [{"type": "Ready", "status": "False"}],
    }
    labels = world.server.objects[("Pod", METEO.namespace, name)]["metadata"]["labels"]
    body = {
        "kind": "Pod",
        "metadata": {
            "name": "meteo-telegraf-evicted",
            "namespace": METEO.namespace,
            "labels": labels,
            "ownerReferences": [{"kind": "ReplicaSet", "name": "old", "uid": "old"}],
        },
        "spec": {"containers": [{"name": "telegraf", "image": "telegraf"}]},
    }
    world.server.create(body, "test")
    world.server.set_status("Pod", METEO.namespace, "meteo-telegraf-evicted", status)
    await world.settle(seconds=60)
    assert world.ready(), world.status()


@pytest.mark.parametrize("component", ["kafka", "telegraf", "init", "verify"])
async def test_a_quota_that_forbids_pods_is_shown_and_the_lab_heals(component: str) -> None:
    world = World()

    def refuse(kind: str, body: dict[str, Any]) -> str | None:
        labels = body["metadata"].get("labels", {})
        if kind == "Pod" and labels.get("app.kubernetes.io/component") == component:
            return QUOTA.format(name=body["metadata"]["name"])
        return None

    world.server.admission.append(refuse)
    world.add_lab()
    await world.settle(seconds=30)
    ready = world.condition("Ready")
    assert ready["status"] == "False"
    said = [c["message"] for c in world.status()["conditions"]]
    assert any("exceeded quota: student" in message for message in said), said
    assert world.condition("Stalled")["status"] == "False", "it heals by itself"
    if component != "verify":
        assert ready["reason"] == "QuotaExceeded"
    world.server.admission.clear()
    await world.settle(world.ready, seconds=60)
    await world.settle(seconds=60)
    assert "quota" not in json.dumps(world.status())
    passes = world.passes
    await world.settle(seconds=600)
    assert world.passes <= passes + 1, "a healed lab is looked at for its credentials alone"


@pytest.mark.provokes(Reason.QUOTA_EXCEEDED)
async def test_a_quota_that_forbids_an_object_is_shown_and_the_lab_heals() -> None:
    world = World()
    tries: list[str] = []

    def refuse(kind: str, body: dict[str, Any]) -> str | None:
        if kind == "StatefulSet" and body["metadata"]["name"] == "meteo-kafka-0":
            tries.append(kind)
            return 'statefulsets.apps "meteo-kafka-0" is forbidden: exceeded quota: student'
        return None

    world.server.admission.append(refuse)
    world.add_lab()
    await world.settle(seconds=1)
    assert world.condition("KafkaReady")["reason"] == "QuotaExceeded"
    assert world.condition("InfluxDBReady")["status"] == "True", "the others go on"
    assert len(tries) == 1, "a refusal is not tried again at each wake-up"
    await world.settle(seconds=65)
    assert 2 <= len(tries) <= 5
    world.server.admission.clear()
    await world.settle(world.ready, seconds=30)


async def test_a_namespace_that_takes_no_secret_is_said_in_the_status() -> None:
    world = World()
    world.server.admission.append(
        lambda kind, _: "secrets is forbidden: exceeded quota: s" if kind == "Secret" else None
    )
    world.add_lab()
    await world.settle(seconds=10)
    assert world.condition("Ready")["reason"] == "QuotaExceeded"
    assert world.condition("Stalled")["status"] == "False"
    world.server.admission.clear()
    await world.settle(world.ready, seconds=60)


@pytest.mark.provokes(Reason.IMAGE_PULL_BACK_OFF)
async def test_an_image_that_cannot_be_pulled_is_named_and_the_others_go_on() -> None:
    world = World()
    trouble = {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}
    world.controllers.trouble["telegraf"] = trouble
    world.add_lab()
    await world.settle(seconds=60)
    ready = world.condition("Ready")
    assert ready["reason"] == "ImagePullBackOff"
    assert "telegraf" in ready["message"]
    assert world.condition("KafkaReady")["status"] == "True"
    assert world.condition("InjectComplete")["status"] == "True"
    world.controllers.trouble.clear()
    await world.settle(world.ready)


@pytest.mark.provokes(Reason.FAILED, Reason.RETRYING)
async def test_an_init_job_that_fails_stalls_the_lab_with_its_own_words() -> None:
    world = World()
    words = "topic 'weather' has 4 partitions and cannot have 2"
    world.controllers.programs["init"] = lambda _: (1, json.dumps({"message": words}))
    world.add_lab()
    await world.settle(seconds=60)
    stalled = world.condition("Stalled")
    assert stalled["status"] == "True"
    assert words in stalled["message"]
    assert "kubectl delete job meteo-init-" in stalled["message"]
    assert world.status()["phase"] == "Failed"
    assert world.lies == []


async def test_a_job_that_failed_runs_again_when_it_is_deleted() -> None:
    world = World()
    good = world.controllers.programs["init"]
    world.controllers.programs["init"] = lambda _: (1, "no broker answers")
    world.add_lab()
    await world.settle(seconds=60)
    world.controllers.programs["init"] = good
    (job,) = world.names("Job", "init")
    world.server.delete("Job", METEO.namespace, job)
    await world.settle(world.ready)


@pytest.mark.provokes(Reason.POINTS_MISSING)
async def test_a_point_that_is_missing_is_counted_and_the_lab_is_not_ready() -> None:
    world = World()
    report = {
        "influxdb": 3000,
        "producer": 3000,
        "telegraf": 2999,
        "alerts": 0,
        "replayed": 0,
        "equal": False,
        "message": "topic 'weather-telegraf' misses 1 point",
    }
    world.controllers.programs["verify"] = lambda _: (1, json.dumps(report))
    world.add_lab()
    await world.settle(seconds=60)
    flowing = world.condition("DataFlowing")
    assert (flowing["status"], flowing["reason"]) == ("False", "PointsMissing")
    assert "misses 1 point" in flowing["message"]
    assert world.status()["data"]["summary"] == "3000/3000/2999"
    assert not world.ready()


@pytest.mark.provokes(Reason.VERIFY_FAILED)
async def test_a_comparison_that_cannot_be_made_stalls_the_lab_with_its_own_words() -> None:
    world = World()
    world.controllers.programs["verify"] = lambda _: (2, "no broker answers")
    world.add_lab()
    await world.settle(seconds=60)
    flowing = world.condition("DataFlowing")
    assert (flowing["status"], flowing["reason"]) == ("False", "VerifyFailed")
    assert "no broker answers" in flowing["message"]
    assert world.condition("Stalled")["status"] == "True"


async def test_an_influxdb_that_lost_its_volume_is_set_up_and_filled_again(world: World) -> None:
    old = world.names("Job", "init"), world.names("Job", "inject")
    world.influxdb.lose_volume()
    world.points["meteo"] = 0
    world.runs.clear()
    world.server.delete("Pod", METEO.namespace, "meteo-influxdb-0")
    await world.settle(seconds=60)
    (database,) = world.influxdb.databases.values()
    assert database.made == 5
    assert world.names("Job", "init") != old[0], "its topics' alerts and replication are gone too"
    assert world.points["meteo"] == 3000
    assert world.ready(), world.status()


@pytest.mark.provokes(Reason.SETUP_FAILED)
async def test_an_influxdb_that_does_not_answer_yet_is_tried_again() -> None:
    world = World()
    world.influxdb.down = True
    world.add_lab()
    await world.settle(seconds=5)
    assert not world.ready()
    said = {c["message"] for c in world.status()["conditions"]}
    assert any("does not answer" in message for message in said), said
    world.influxdb.down = False
    await world.settle(world.ready, seconds=5)


async def test_an_api_server_that_is_down_costs_nothing_but_time(world: World) -> None:
    world.cluster.down = ApiError(0, "the API server does not answer", "")
    world.server.delete("Service", METEO.namespace, "meteo-kafka")
    await world.settle(seconds=60)
    assert world.errors
    world.cluster.down = None
    await world.settle(seconds=60)
    assert "meteo-kafka" in world.names("Service")
    assert world.ready()


@pytest.mark.provokes(Reason.NODE_LOST, Reason.POD_MISSING)
async def test_a_pod_that_never_goes_is_said_to_be_on_a_lost_node_and_who_can_help(
    world: World,
) -> None:
    raw = world.server.objects["Pod", METEO.namespace, "meteo-kafka-0-0"]
    at = datetime.fromtimestamp(world.clock.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    raw["metadata"]["deletionTimestamp"] = at
    raw["spec"]["nodeName"] = "worker-7"
    world.store.object_seen("Pod", "MODIFIED", json.loads(json.dumps(raw)))
    await world.settle(seconds=200)
    assert world.condition("KafkaReady")["reason"] == "PodMissing"
    await world.settle(seconds=200)
    said = world.condition("KafkaReady")
    assert said["reason"] == "NodeLost"
    assert (
        "meteo-kafka-0-0" in said["message"] and "kubectl delete node worker-7" in said["message"]
    )
    world.server.delete("Pod", METEO.namespace, "meteo-kafka-0-0")
    await world.settle(seconds=120)
    assert world.ready(), world.status()


@pytest.mark.parametrize(
    ("status", "words", "refused"),
    [
        (401, "Unauthorized", False),
        (404, 'namespaces "user-alice" not found', False),
        (404, "the server could not find the requested resource", True),
        (404, "404 page not found", True),
        (403, "exceeded quota", True),
        (422, "field is immutable", True),
        (429, "too many requests", False),
        (500, "etcd", False),
    ],
)
def test_what_is_no_trouble_of_the_lab_is_no_refusal(
    status: int, words: str, *, refused: bool
) -> None:
    assert is_refusal(ApiError(status, words)) is refused
