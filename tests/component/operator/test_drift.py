"""What somebody else does to a lab's objects is taken back, and only that."""

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.names import LabKey
from tests.fakes.world import METEO, World

CHILDREN = [
    ("ConfigMap", "meteo-kafka"),
    ("Service", "kafka"),
    ("NetworkPolicy", "meteo-influxdb"),
    ("Deployment", "meteo-producer"),
    ("StatefulSet", "meteo-kafka-0"),
]


@pytest.mark.parametrize("child", CHILDREN, ids="-".join)
async def test_a_deleted_child_is_made_again(world: World, child: tuple[str, str]) -> None:
    kind, name = child
    world.server.delete(kind, METEO.namespace, name)
    await world.settle(seconds=60)
    assert name in world.names(kind)
    assert world.ready(), world.status()


async def test_an_edited_child_is_restored_with_one_write(world: World) -> None:
    change = {"spec": {"replicas": 2}}
    world.server.edit("StatefulSet", METEO.namespace, "meteo-kafka-0", change, "kubectl-scale")
    world.deliver()
    await world.work()
    raw = world.server.get("StatefulSet", METEO.namespace, "meteo-kafka-0")
    assert raw["spec"]["replicas"] == 1
    assert [w for w in world.writes.done if w.startswith("apply")] == [
        "apply StatefulSet meteo-kafka-0"
    ]


async def test_a_field_that_was_taken_away_is_put_back(world: World) -> None:
    change = {"data": {"server.properties": None}}
    before = world.server.get("ConfigMap", METEO.namespace, "meteo-kafka")["data"]
    world.server.edit("ConfigMap", METEO.namespace, "meteo-kafka", change, "kubectl-edit")
    await world.settle()
    assert world.server.get("ConfigMap", METEO.namespace, "meteo-kafka")["data"] == before


@pytest.mark.parametrize("service", ["meteo-influxdb", "meteo-kafka-0"])
async def test_a_service_is_not_turned_into_a_name_of_something_else(
    world: World, service: str
) -> None:
    """The operator calls InfluxDB by its Service: an ExternalName would lead it anywhere."""
    before = world.server.get("Service", METEO.namespace, service)["spec"]
    change = {"spec": {"type": "ExternalName", "externalName": "x.example.org"}}
    world.server.edit("Service", METEO.namespace, service, change, "kubectl-patch")
    await world.settle()
    after = world.server.get("Service", METEO.namespace, service)["spec"]
    assert after["type"] == before["type"] == "ClusterIP"


async def test_a_field_of_another_manager_stays_when_ours_are_restored(world: World) -> None:
    change = {
        "metadata": {"annotations": {"team": "blue"}},
        "spec": {"replicas": 0},
    }
    world.server.edit("Deployment", METEO.namespace, "meteo-telegraf", change, "kubectl-edit")
    await world.settle(seconds=60)
    raw = world.server.get("Deployment", METEO.namespace, "meteo-telegraf")
    assert raw["spec"]["replicas"] == 1
    assert raw["metadata"]["annotations"]["team"] == "blue"
    assert world.ready()


async def test_a_deleted_job_runs_again(world: World) -> None:
    (job,) = world.names("Job", "init")
    world.server.delete("Job", METEO.namespace, job)
    await world.settle()
    assert world.names("Job", "init") == [job]
    assert world.ready()


async def test_a_students_own_pod_with_the_labs_label_is_left_alone(world: World) -> None:
    labels = {"streaminglab.dev/lab": "meteo", "app.kubernetes.io/component": "client"}
    body = {
        "kind": "Pod",
        "metadata": {
            "name": "my-consumer",
            "namespace": METEO.namespace,
            "labels": labels,
            "ownerReferences": [{"kind": "ReplicaSet", "name": "mine", "uid": "mine"}],
        },
        "spec": {"containers": [{"name": "main", "image": "kcat"}]},
    }
    world.server.create(body, "kubectl")
    await world.settle(seconds=60)
    assert "my-consumer" in world.names("Pod")
    assert world.ready()


async def test_the_deletion_of_the_lab_writes_nothing(world: World) -> None:
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle(seconds=600)
    assert world.writes.done == []
    assert world.names("Pod") == world.names("Service") == world.names("Secret") == []


async def test_a_lab_whose_deletion_nobody_told_is_not_made_again_and_again(
    world: World,
) -> None:
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    reported = [event for event in world.server.events if event[1] != "StreamingLab"]
    world.server.events.clear()
    world.server.events.extend(reported)
    await world.settle(seconds=600)
    assert world.store.lab(METEO) is None
    assert world.names("Service") == world.names("Pod") == world.names("StatefulSet") == []
    assert len(world.writes.done) < 40


async def test_a_lab_made_again_at_once_under_the_same_name_becomes_ready(world: World) -> None:
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    world.influxdb.lose_volume()
    world.add_lab({"profile": "resilience"})
    await world.settle(seconds=60)
    assert world.ready(), world.status()
    assert len(world.names("Pod", "kafka")) == 3


@pytest.mark.provokes(Reason.FORMER_LAB)
async def test_the_credentials_of_a_lab_made_again_do_not_go_with_the_old_one(
    world: World,
) -> None:
    old = world.server.get("Secret", METEO.namespace, "meteo-credentials")
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    world.influxdb.lose_volume()
    world.server.create(old, "left over: the garbage collector has not come by yet")
    world.add_lab()
    await world.settle(seconds=60)
    lab = world.server.get("StreamingLab", METEO.namespace, METEO.name)
    secret = world.server.get("Secret", METEO.namespace, "meteo-credentials")
    owners = [o["uid"] for o in secret["metadata"]["ownerReferences"]]
    assert owners == [lab["metadata"]["uid"]]


async def test_data_that_is_kept_keeps_its_credentials(world: World) -> None:
    world.edit_lab({"retainData": True})
    await world.settle(seconds=60)
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    assert world.names("Secret") == ["meteo-credentials"]


@pytest.mark.provokes(Reason.NAME_TAKEN)
async def test_two_labs_in_one_namespace_share_no_object() -> None:
    world = World()
    first = world.add_lab(name="meteo")
    second = world.add_lab(name="wetter")
    await world.settle(seconds=60)
    assert world.ready(first)
    assert world.ready(second)
    owners = {
        raw["metadata"]["name"]: raw["metadata"]["ownerReferences"][0]["name"]
        for raw in world.server.find("Service")
    }
    assert owners["kafka"] == owners["influxdb"] == "meteo"
    assert owners["wetter-kafka"] == "wetter"


async def test_the_short_names_go_to_the_next_lab_when_the_first_is_deleted() -> None:
    world = World()
    first = world.add_lab(name="meteo")
    second = world.add_lab(name="wetter")
    await world.settle(seconds=60)
    world.server.delete("StreamingLab", first.namespace, first.name)
    await world.settle(seconds=60)
    assert world.ready(second)
    owner = world.server.get("Service", second.namespace, "kafka")["metadata"]["ownerReferences"]
    assert [o["name"] for o in owner] == ["wetter"]


async def test_two_labs_of_the_same_second_agree_on_who_has_the_short_names() -> None:
    world = World()
    late = world.add_lab(name="zebra")
    await world.settle(seconds=60)
    early = world.add_lab(name="aster")
    stamp = world.server.get("StreamingLab", late.namespace, "zebra")["metadata"]
    raw = world.server.objects[("StreamingLab", early.namespace, "aster")]
    raw["metadata"]["creationTimestamp"] = stamp["creationTimestamp"]
    world.server.events[-1][2]["metadata"]["creationTimestamp"] = stamp["creationTimestamp"]
    await world.settle(seconds=60)
    world.writes.done.clear()
    for key in (late, early):
        world.wake(key)
    await world.settle(seconds=60)
    fights = [write for write in world.writes.done if write.startswith(("apply", "delete"))]
    assert fights == [], "two labs take the same Service from each other"
    owner = world.server.get("Service", early.namespace, "kafka")["metadata"]["ownerReferences"]
    assert [o["name"] for o in owner] == ["aster"]
    assert world.ready(LabKey(early.namespace, "aster"))
