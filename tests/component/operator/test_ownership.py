"""What somebody else made stays as it is: it is named, waited for, and never taken over."""

import json
from typing import Any

import pytest

from streaminglab_operator.claims import SHORT_NAMES, own_short_names
from streaminglab_operator.errors import ApiError, api_error
from streaminglab_operator.observed import Observed
from streaminglab_operator.services import OPTIONAL
from tests.fakes.fields import Json
from tests.fakes.world import METEO, World

LAB = "streaminglab.dev/lab"
FOREIGN = [
    ("Service", "meteo-kafka", "KafkaReady"),
    ("ConfigMap", "meteo-kafka", "KafkaReady"),
    ("NetworkPolicy", "meteo-influxdb", "InfluxDBReady"),
    ("Deployment", "meteo-producer", "ProducerReady"),
    ("StatefulSet", "meteo-influxdb", "InfluxDBReady"),
]


def _foreign(kind: str, name: str, **metadata: Any) -> Json:
    """An object of somebody else; workloads of it ask for no pod."""
    spec: Json = {"selector": {"app": "theirs"}}
    if kind in ("Deployment", "StatefulSet"):
        labels = {"metadata": {"labels": {"app": "theirs"}}}
        spec |= {"replicas": 0, "template": labels | {"spec": {"containers": []}}}
    return {
        "kind": kind,
        "metadata": {"name": name, "namespace": METEO.namespace, **metadata},
        "spec": spec,
    }


def _body(world: World, kind: str, name: str) -> str:
    raw = world.server.get(kind, METEO.namespace, name)
    raw.pop("status", None)
    del raw["metadata"]["resourceVersion"]
    return json.dumps(raw, sort_keys=True)


@pytest.mark.parametrize("case", FOREIGN, ids=lambda case: "-".join(case[:2]))
async def test_what_is_there_already_is_left_as_it_is_and_named(
    case: tuple[str, str, str],
) -> None:
    kind, name, condition = case
    world = World()
    world.server.create(_foreign(kind, name), "somebody")
    before = _body(world, kind, name)
    world.add_lab()
    await world.settle(seconds=120)
    said = world.condition(condition)
    assert (said["status"], said["reason"]) == ("False", "NameTaken")
    assert f"{kind} {name}" in said["message"]
    assert "delete or rename it" in said["message"]
    assert world.condition("TelegrafReady") != {}
    assert world.errors == []
    assert _body(world, kind, name) == before
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle(seconds=60)
    assert _body(world, kind, name) == before, "it does not go with the lab either"


@pytest.mark.parametrize("case", FOREIGN, ids=lambda case: "-".join(case[:2]))
async def test_the_lab_goes_on_when_the_name_is_free(case: tuple[str, str, str]) -> None:
    kind, name, _ = case
    world = World()
    world.server.create(_foreign(kind, name), "somebody")
    world.add_lab()
    await world.settle(seconds=60)
    assert not world.ready()
    world.server.delete(kind, METEO.namespace, name)
    await world.settle(seconds=120)
    assert world.ready(), world.status()
    assert "NameTaken" not in json.dumps(world.status())


async def test_the_others_are_made_beside_a_name_that_is_taken() -> None:
    world = World()
    world.server.create(_foreign("Deployment", "meteo-producer"), "somebody")
    world.add_lab()
    await world.settle(seconds=60)
    true = {c["type"] for c in world.status()["conditions"] if c["status"] == "True"}
    assert {"KafkaReady", "InfluxDBReady", "TelegrafReady", "TopicsReady"} <= true


async def test_a_name_that_is_taken_is_not_tried_at_each_wake_up() -> None:
    world = World()
    tries: list[str] = []
    world.server.create(_foreign("Service", "meteo-kafka"), "somebody")
    apply = world.server.apply

    def counted(body: Json, manager: str) -> Json:
        if (body["kind"], body["metadata"]["name"]) == ("Service", "meteo-kafka"):
            tries.append(manager)
        return apply(body, manager)

    world.server.apply = counted  # type: ignore[method-assign]
    world.add_lab()
    await world.settle(seconds=61)
    assert 3 <= len(tries) <= 6


@pytest.mark.parametrize("kept", [(), ("ownerReferences",)], ids=["labels", "labels and owner"])
async def test_a_copy_of_one_of_our_objects_is_nobodys_but_its_makers(
    world: World, kept: tuple[str, ...]
) -> None:
    """`kubectl get -o yaml`, another name, `kubectl apply`: label and digest come along, and the
    owner where nobody takes it out."""
    raw = world.server.get("ConfigMap", METEO.namespace, "meteo-kafka")
    copy = {
        "kind": "ConfigMap",
        "metadata": {
            "name": "my-copy",
            "namespace": METEO.namespace,
            "labels": raw["metadata"]["labels"],
            "annotations": raw["metadata"]["annotations"],
            **{field: raw["metadata"][field] for field in kept},
        },
        "data": raw["data"],
    }
    assert copy["metadata"]["labels"][LAB] == "meteo"
    world.server.create(copy, "kubectl")
    world.edit_lab({"kafka": {"config": {"log.retention.hours": "24"}}})
    await world.settle(seconds=60)
    assert "my-copy" in world.names("ConfigMap")
    assert world.ready()


async def test_an_object_that_lost_its_label_is_still_the_labs(world: World) -> None:
    uid = world.server.get("Service", METEO.namespace, "meteo-kafka")["metadata"]["uid"]
    for change in ({"labels": {LAB: None}}, {"ownerReferences": None}):
        world.server.edit(
            "Service", METEO.namespace, "meteo-kafka", {"metadata": change}, "kubectl-label"
        )
        if "labels" in change:
            world.store.object_seen("Service", "DELETED", _seen(world, uid))
        await world.settle(seconds=60)
        raw = world.server.get("Service", METEO.namespace, "meteo-kafka")
        assert raw["metadata"]["labels"][LAB] == "meteo"
        assert raw["metadata"]["ownerReferences"][0]["name"] == "meteo"
        assert raw["metadata"]["uid"] == uid
    assert world.ready()


def _seen(world: World, uid: str) -> Json:
    """What a watch by label tells of an object that has lost it."""
    metadata = {"name": "meteo-kafka", "namespace": METEO.namespace, "uid": uid}
    return {"metadata": metadata | {"resourceVersion": "1", "labels": {LAB: "meteo"}}}


async def test_a_write_that_was_not_answered_is_found_to_be_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    lost: list[str] = []
    apply = world.cluster.apply

    async def unanswered(item: Any) -> Any:
        record = await apply(item)
        if item.name == "meteo-kafka" and not lost:
            lost.append(item.kind)
            raise ApiError(0, "the API server does not answer", "")
        return record

    monkeypatch.setattr(world.cluster, "apply", unanswered)
    world.add_lab()
    await world.settle(seconds=60)
    assert lost
    assert world.ready(), world.status()
    assert not any("NameTaken" in json.dumps(said) for said in world.cluster.statuses)


async def test_a_watch_that_lags_behind_our_own_write_makes_no_name_taken() -> None:
    world = World()
    world.add_lab()
    world.deliver()
    await world.work()
    # A new process, to which nothing of what is there was told yet.
    world.start_operator()
    world.store._objects.clear()
    late = list(world.server.objects.values())
    await world.work()
    for raw in late:
        if raw["kind"] != "StreamingLab":
            world.watches.tell("ADDED", raw["kind"], raw)
    await world.settle(seconds=60)
    assert world.ready(), world.status()
    assert not any("NameTaken" in json.dumps(said) for said in world.cluster.statuses)


def _owners(world: World) -> dict[tuple[str, str], str]:
    """By kind and name, the uid of the lab that an object goes with."""
    return {
        (kind, name): owner["uid"]
        for (kind, _, name), raw in world.server.objects.items()
        for owner in raw["metadata"].get("ownerReferences", [])
        if owner["kind"] == "StreamingLab" and kind != "Secret"
    }


@pytest.mark.parametrize("kind", ["StatefulSet", "Job"])
async def test_what_took_the_place_of_a_workload_is_not_touched(kind: str) -> None:
    """Between the look at a workload without pods and the touch that has it tried again."""
    component = "influxdb" if kind == "StatefulSet" else "init"
    world = World()
    quota = "exceeded quota: student, requested: pods=1, used: pods=1, limited: pods=1"
    world.server.admission.append(
        lambda what, body: (
            quota
            if what == "Pod"
            and body["metadata"]["labels"]["app.kubernetes.io/component"] == component
            else None
        )
    )
    before: list[str] = []
    nudge = world.cluster.nudge

    async def replaced(namespace: str, item: Observed, stamp: str) -> None:
        if item.kind == kind and not before:
            world.server.delete(kind, namespace, item.name)
            world.server.create(_foreign("StatefulSet", item.name) | {"kind": kind}, "somebody")
            done = {"conditions": [{"type": "Complete", "status": "True"}]}
            world.server.set_status(kind, namespace, item.name, done)
            before.append(_body(world, kind, item.name))
        await nudge(namespace, item, stamp)

    world.cluster.nudge = replaced  # type: ignore[method-assign]
    world.add_lab()
    await world.settle(seconds=120)
    (there,) = before
    assert _body(world, kind, json.loads(there)["metadata"]["name"]) == there
    assert world.errors == []


async def _made_again(world: World) -> dict[tuple[str, str], str]:
    """The lab is deleted and made again, and of the old one only the Secret is collected yet."""
    before = _owners(world)
    world.server.collects_at_once = False
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    world.server.delete("Secret", METEO.namespace, "meteo-credentials")
    world.add_lab()
    await world.settle(seconds=60)
    return before


async def test_what_is_left_of_a_former_lab_is_waited_for(world: World) -> None:
    before = await _made_again(world)
    assert _owners(world) == before, "neither adopted, nor deleted, nor made anew"
    assert [w for w in world.writes.done if w.startswith(("apply", "delete", "nudge"))] == []
    for condition in ("KafkaReady", "InfluxDBReady"):
        said = world.condition(condition)
        assert (said["status"], said["reason"]) == ("False", "FormerLab")
        assert "the former lab of this name is still being removed" in said["message"]
    assert world.errors == []


async def test_a_lab_made_again_at_once_is_ready_when_the_former_one_is_collected(
    world: World,
) -> None:
    old = set((await _made_again(world)).values())
    world.server.collects_at_once = True
    world.influxdb.lose_volume()
    world.points.clear()
    world.runs.clear()
    await world.settle(seconds=60)
    assert world.ready(), world.status()
    assert len(old) == 1
    assert old.isdisjoint(_owners(world).values())
    assert [w for w in world.writes.done if w.startswith("delete")] == []
    assert "FormerLab" not in json.dumps(world.status())


async def test_objects_of_a_former_lab_are_collected_one_by_one(world: World) -> None:
    """Whatever goes first: nothing of the old lab is ever written."""
    before = await _made_again(world)
    world.influxdb.lose_volume()
    world.points.clear()
    world.runs.clear()
    for kind, name in sorted(before):
        old = world.server.objects.get((kind, METEO.namespace, name))
        if old is not None and old["metadata"]["ownerReferences"][0]["uid"] == before[kind, name]:
            assert world.writes.done.count(f"apply {kind} {name}") == 0
            world.server.delete(kind, METEO.namespace, name)
            for pod in world.controllers.pods_of(old):
                world.server.delete("Pod", METEO.namespace, pod["metadata"]["name"])
            await world.settle()
    await world.settle(seconds=60)
    assert world.ready(), world.status()


FORMER = [{"kind": "StatefulSet", "name": "meteo-influxdb", "uid": "uid-of-the-former-one"}]


@pytest.mark.parametrize(
    "metadata",
    [{"deletionTimestamp": "2026-03-02T08:00:00Z"}, {"ownerReferences": FORMER}],
    ids=["being deleted", "to be deleted"],
)
async def test_a_volume_of_a_former_lab_is_waited_for(metadata: Json) -> None:
    """Its objects are gone; a pod that ends slowly still uses the volume."""
    world = World()
    claim = {"name": "data-meteo-influxdb-0", "namespace": METEO.namespace, **metadata}
    raw = {"kind": "PersistentVolumeClaim", "metadata": claim}
    before = json.dumps(world.server.create(raw, "kube-controller-manager"))
    world.add_lab()
    await world.settle(seconds=60)
    said = world.condition("InfluxDBReady")
    assert (said["status"], said["reason"]) == ("False", "FormerLab")
    assert "the PersistentVolumeClaim data-meteo-influxdb-0 of what had" in said["message"]
    assert "kubectl describe pvc data-meteo-influxdb-0" in said["message"]
    assert world.condition("KafkaReady")["status"] == "True", "the others go on"
    assert ("StatefulSet", "meteo-influxdb") not in world.server.created
    assert world.errors == []
    key = ("PersistentVolumeClaim", METEO.namespace, "data-meteo-influxdb-0")
    assert json.dumps(world.server.objects[key]) == before
    world.server.delete(*key)
    await world.settle(world.ready, seconds=120)
    assert "FormerLab" not in json.dumps(world.status())


async def test_a_kept_volume_and_those_of_workloads_that_are_there_hold_up_nothing(
    world: World,
) -> None:
    kept = {"name": "data-meteo-postgresql-0", "namespace": METEO.namespace}
    own = {"name": "data-meteo-influxdb-0", "namespace": METEO.namespace}
    uid = world.server.get("StatefulSet", METEO.namespace, "meteo-influxdb")["metadata"]["uid"]
    owner = {"kind": "StatefulSet", "name": "meteo-influxdb", "uid": uid}
    kind = "PersistentVolumeClaim"
    world.server.create({"kind": kind, "metadata": kept}, "kube")
    owners = {"metadata": {"ownerReferences": [owner]}}
    world.server.edit(kind, METEO.namespace, own["name"], owners, "kube")
    world.edit_lab({"postgresql": {}, "influxdb": {"resources": {"memory": "1Gi"}}})
    world.restart()
    await world.settle(world.ready, seconds=120)
    assert not any("FormerLab" in json.dumps(said) for said in world.cluster.statuses)


async def test_the_late_end_of_a_former_lab_does_not_hide_the_new_one(world: World) -> None:
    uid = world.server.get("StreamingLab", METEO.namespace, METEO.name)["metadata"]["uid"]
    await _made_again(world)
    world.store.lab_gone(METEO, uid)
    assert world.store.lab(METEO) is not None


async def test_no_lab_gets_the_status_of_its_predecessor(world: World) -> None:
    world.edit_lab({"inject": {"points": 10}})
    world.deliver()
    apply = world.cluster.apply

    async def made_again_meanwhile(item: Any) -> Any:
        if world.store.lab(METEO):
            world.server.collects_at_once = False
            world.server.delete("StreamingLab", METEO.namespace, METEO.name)
            world.add_lab()
            world.cluster.apply = apply  # type: ignore[method-assign]
        return await apply(item)

    world.cluster.apply = made_again_meanwhile  # type: ignore[method-assign]
    before = len(world.cluster.statuses)
    await world.reconciler.reconcile(METEO)
    assert world.cluster.statuses[before:] == []
    assert world.status() == {}


@pytest.mark.parametrize("status", [500, 503])
async def test_a_dead_webhook_is_the_problem_of_one_component(status: int) -> None:
    world = World()
    words = 'failed calling webhook "policy.example.org": no endpoints available'
    apply = world.server.apply

    def fails(body: Json, manager: str) -> Json:
        if body["kind"] == "Service" and body["metadata"]["name"].startswith("meteo-influxdb"):
            raise api_error(status, words, "")
        return apply(body, manager)

    world.server.apply = fails  # type: ignore[method-assign]
    world.add_lab()
    await world.settle(seconds=30)
    said = world.condition("InfluxDBReady")
    assert (said["status"], said["reason"]) == ("False", "APIServerError")
    assert "a webhook of this cluster" in said["message"]
    assert "does not answer for Service meteo-influxdb" in said["message"]
    assert words in said["message"]
    assert world.condition("KafkaReady")["status"] == "True", "the others go on"
    assert world.errors, "the pass fails, so that the next one waits longer each time"
    world.server.apply = apply  # type: ignore[method-assign]
    await world.settle(seconds=60)
    assert world.ready(), world.status()


async def test_of_several_answers_the_longest_wait_is_kept_to() -> None:
    world, waits, tries = World(), {"meteo-influxdb": 40.0, "meteo-kafka": 3.0}, list[float]()
    apply = world.server.apply

    def fails(body: Json, manager: str) -> Json:
        if body["kind"] == "Service" and (wait := waits.get(body["metadata"]["name"])):
            tries.append(world.clock.time)
            raise api_error(503, "the server is starting", "", wait)
        return apply(body, manager)

    world.server.apply = fails  # type: ignore[method-assign]
    world.add_lab()
    began = world.clock.time
    await world.settle(seconds=100)
    assert {round(at - began) for at in tries} == {0, 40, 80}, "whatever pods have woken it"


async def test_an_edit_is_seen_though_a_webhook_is_dead(world: World) -> None:
    apply = world.server.apply

    def fails(body: Json, manager: str) -> Json:
        if body["kind"] == "ConfigMap":
            raise api_error(500, "failed calling webhook", "")
        return apply(body, manager)

    world.server.apply = fails  # type: ignore[method-assign]
    world.edit_lab({"kafka": {"config": {"log.retention.hours": "24"}}})
    await world.settle(seconds=30)
    generation = world.server.get("StreamingLab", METEO.namespace, METEO.name)["metadata"]
    assert world.status()["observedGeneration"] == generation["generation"]
    assert not world.ready()


def _service(world: World, name: str) -> Json:
    return world.server.get("Service", METEO.namespace, name)


async def test_a_short_name_of_somebody_else_is_left_and_the_lab_is_ready_without() -> None:
    """Insee's chart kafka makes a Service `kafka`, and a student's programs use it."""
    world = World()
    world.server.create(_foreign("Service", "kafka"), "helm")
    before = _body(world, "Service", "kafka")
    world.add_lab()
    await world.settle(seconds=120)
    assert world.ready(), world.status()
    said = world.condition("ShortNamesReady")
    assert (said["status"], said["reason"]) == ("False", "NameTaken")
    assert "Service kafka is there already" in said["message"]
    assert "meteo-kafka:9092" in said["message"]
    assert "influxdb" not in said["message"], "the other short names are the lab's"
    (address,) = [e["address"] for e in world.status()["endpoints"] if e["name"] == "kafka"]
    assert address == "meteo-kafka:9092"
    assert any(e.reason == "NameTaken" for e in world.cluster.published)
    assert _body(world, "Service", "kafka") == before
    world.server.delete("Service", METEO.namespace, "kafka")
    await world.settle(seconds=60)
    assert world.condition("ShortNamesReady") == {}
    assert _service(world, "kafka")["metadata"]["labels"][LAB] == "meteo"
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle()
    assert world.names("Service") == []


async def test_short_names_that_the_spec_leaves_alone_are_given_back(world: World) -> None:
    world.edit_lab({"access": {"shortNames": False}})
    await world.settle(seconds=60)
    assert {"kafka", "influxdb"}.isdisjoint(world.names("Service"))
    assert world.ready()
    assert world.condition("ShortNamesReady") == {}
    world.server.create(_foreign("Service", "kafka"), "helm")
    before = _body(world, "Service", "kafka")
    await world.settle(seconds=60)
    assert _body(world, "Service", "kafka") == before
    world.edit_lab({"access": None})
    await world.settle(seconds=60)
    assert _body(world, "Service", "kafka") == before
    assert "influxdb" in world.names("Service")


async def test_short_names_that_the_first_lab_leaves_alone_are_the_next_ones() -> None:
    world = World()
    first = world.add_lab({"access": {"shortNames": False}}, name="meteo")
    second = world.add_lab(name="wetter")
    await world.settle(seconds=60)
    assert world.ready(first)
    assert world.ready(second)
    assert _service(world, "kafka")["metadata"]["labels"][LAB] == "wetter"


PLAIN = {"weather": False, "connect": {}}
EVERY: Json = {service.part.key: {} for service in OPTIONAL}


@pytest.mark.parametrize(
    "labs",
    [("meteo", "kafka"), ("kafka", "meteo"), ("connect", "kafka"), ("kafka", "kafka-connect"),
     ("data", "kafka-ui"), ("kafka",), ("a", "a-kafka")],
    ids="-then-".join,
)  # fmt: skip
async def test_two_labs_of_a_namespace_never_fight_over_a_name(labs: tuple[str, ...]) -> None:
    world = World()
    keys = []
    for name in labs:
        keys.append(world.add_lab(PLAIN, name=name))
        await world.settle(seconds=60)
    await world.settle(seconds=60)
    for key in keys:
        assert world.ready(key), world.status(key)
        for component in ("kafka", "connect"):
            own = _service(world, f"{key.name}-{component}")
            assert own["metadata"]["labels"][LAB] == key.name
            instance = own["spec"]["selector"]["app.kubernetes.io/instance"]
            assert instance == f"{key.name}-{component}"
    world.writes.done.clear()
    for key in keys:
        world.wake(key)
    await world.settle(seconds=60)
    assert [w for w in world.writes.done if w.startswith(("apply", "delete"))] == []


async def test_the_objects_of_two_labs_have_no_name_in_common() -> None:
    """All that a lab makes is named after it: two labs meet only where what one adds to its name
    ends like what the other adds, and nothing does."""
    world = World()
    spec = {**EVERY, "access": {"ingress": {"domain": "lab.example.org"},
            "kafka": {"localhost": {}, "nodePort": {"host": "n.example.org", "ports": [30001]},
                      "loadBalancer": {"hosts": ["k.example.org"]}}}}  # fmt: skip
    world.add_lab(spec)
    await world.settle(world.ready, seconds=120)
    claims = {name for kind, name in _owners(world) if kind == "PersistentVolumeClaim"}
    made = {key for key in _owners(world) if key[1] not in claims}
    found = {key for key in made if not key[1].startswith("meteo-")}
    assert {name for _, name in found} == set(SHORT_NAMES)
    ends = {(kind, name.removeprefix("meteo-")) for kind, name in made} - found
    assert len(ends) > 60
    for kind, end in ends:
        for other, shorter in ends:
            assert not (kind == other and end.endswith(f"-{shorter}")), (end, shorter)
    # A claim is named after its StatefulSet, behind the name of a volume.
    parts = [name.partition("-meteo-") for name in claims]
    assert {("StatefulSet", end.removesuffix("-0")) for *_, end in parts} <= ends
    volumes = {volume for volume, *_ in parts}
    assert not [v for v in volumes for other in volumes if v.startswith(f"{other}-")]
    heads = {a.removesuffix(f"-{end}") for a in SHORT_NAMES for kind, end in ends
             if kind == "Service" and a.endswith(f"-{end}")}  # fmt: skip
    assert heads == {name for name in ("kafka",) if own_short_names(name)}
