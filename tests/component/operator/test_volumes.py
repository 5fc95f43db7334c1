"""The volumes of a lab: made before their pods, kept or deleted as the spec says, and grown."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.errors import Forbidden, api_error
from streaminglab_operator.observed import Observed
from streaminglab_operator.ports import ObjectToApply
from streaminglab_operator.schema.parts import StoredSpec
from streaminglab_operator.services import CORE, OPTIONAL, Service
from tests.component.operator.test_services import EVERY, PLAIN, spec_of
from tests.fakes.fields import Json
from tests.fakes.volumes import KIND, requested
from tests.fakes.world import METEO, World

STORED = [s for s in (*CORE, *OPTIONAL) if issubclass(s.part.model, StoredSpec)]
POSTGRESQL = {**PLAIN, "postgresql": {}}
VOLUME = "data-meteo-postgresql-0"


def _claims(world: World) -> dict[str, Json]:
    return {c["metadata"]["name"]: c for c in world.server.find(KIND, METEO.namespace)}


def _claim(world: World, name: str = VOLUME) -> Json:
    return world.server.get(KIND, METEO.namespace, name)


def _owners(claim: Json) -> list[tuple[str, bool]]:
    owners = claim["metadata"].get("ownerReferences", [])
    return [(owner["kind"], owner["controller"]) for owner in owners]


def _spec(service: Service[Any], size: str) -> Json:
    base = spec_of(service) if service.optional else {}
    key = service.part.key
    return {**base, key: {**base.get(key, {}), "storage": size}}


def _grown(world: World, service: Service[Any], size: str) -> list[str]:
    of = f"-meteo-{service.component}-"
    return [n for n, c in _claims(world).items() if of in n and requested(c) == size]


async def _lab(spec: Json, **more: Any) -> World:
    world = World()
    for name, value in more.items():
        setattr(world.server, name, value)
    world.add_lab(spec)
    await world.settle(world.ready, seconds=120)
    return world


async def test_the_operator_makes_each_claim_before_its_pod_and_nobody_writes_it_again() -> None:
    world = await _lab({**EVERY, "kafka": {"brokers": 3}})
    made = world.server.created
    claims = [name for kind, name in made if kind == KIND]
    assert sorted(claims) == sorted(_claims(world))
    assert len(claims) == len(set(claims)) == 3 + 1 + 1 + 1 + 1 + 2 + 1
    for name in claims:
        pod = next(p for k, p in made if k == "Pod" and name.endswith(f"-{p}"))
        assert made.index((KIND, name)) < made.index(("Pod", pod))
        assert _owners(_claim(world, name)) == [("StreamingLab", False)]
    assert [w for w in world.writes.done if w.startswith(f"change {KIND}")] == []
    for raw in world.server.find("StatefulSet"):
        policy = raw["spec"].get("persistentVolumeClaimRetentionPolicy", {})
        assert policy.get("whenDeleted", "Retain") == "Retain"
    assert world.lies == []


async def test_claims_of_a_lab_of_before_change_hands_and_no_pod_is_made_anew() -> None:
    """As an operator left them that let the StatefulSets own them."""
    world = await _lab(POSTGRESQL)
    pods = {p["metadata"]["uid"] for p in world.server.find("Pod")}
    for raw in world.server.find("StatefulSet"):
        where = raw["metadata"]
        policy = {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}
        world.server.edit("StatefulSet", METEO.namespace, where["name"], {"spec": policy}, "old")
        owner = {"kind": "StatefulSet", "name": where["name"], "uid": where["uid"]}
        for name in _claims(world):
            if f"-{where['name']}-" in name:
                owners = {"metadata": {"ownerReferences": [owner | {"controller": True}]}}
                world.server.edit(KIND, METEO.namespace, name, owners, "kube")
    before = {n: c["metadata"]["uid"] for n, c in _claims(world).items()}
    world.restart()
    await world.settle(world.ready, seconds=120)
    assert {n: c["metadata"]["uid"] for n, c in _claims(world).items()} == before
    assert pods == {p["metadata"]["uid"] for p in world.server.find("Pod")}
    assert ("StreamingLab", False) in _owners(_claim(world))
    order = [
        w for w in world.writes.done if VOLUME in w or w == "apply StatefulSet meteo-postgresql"
    ]
    assert order == [f"change {KIND} {VOLUME}", "apply StatefulSet meteo-postgresql"]


@pytest.mark.parametrize("service", STORED, ids=lambda s: s.component)
async def test_a_larger_size_makes_every_volume_grow_where_the_class_can(
    service: Service[Any],
) -> None:
    world = await _lab(_spec(service, "1Gi"), expandable=True)
    uids = {n: c["metadata"]["uid"] for n, c in _claims(world).items()}
    pods = {p["metadata"]["uid"] for p in world.server.find("Pod")}
    world.edit_lab({service.part.key: {"storage": "5Gi"}})
    await world.settle(seconds=60)
    assert world.ready(), world.status()
    assert _grown(world, service, "5Gi"), _claims(world)
    assert {n: c["metadata"]["uid"] for n, c in _claims(world).items()} == uids, "no data lost"
    served = {
        p["metadata"]["uid"]
        for p in world.server.find("Pod")
        if p["metadata"]["labels"]["app.kubernetes.io/component"] == service.component
    }
    assert served <= pods, "nothing is rolled"
    assert world.condition("VolumesReady") == {}
    assert (world.errors, world.lies) == ([], [])


@pytest.mark.provokes(Reason.VOLUME_CANNOT_GROW)
@pytest.mark.parametrize("service", STORED, ids=lambda s: s.component)
async def test_a_class_that_cannot_grow_is_told_with_the_size_that_is_there(
    service: Service[Any],
) -> None:
    world = await _lab(_spec(service, "1Gi"))
    world.edit_lab({service.part.key: {"storage": "5Gi"}})
    await world.settle(seconds=60)
    said = world.condition("VolumesReady")
    assert (said["status"], said["reason"]) == ("False", "VolumeCannotGrow")
    assert f"has 1Gi, and spec.{service.part.key}.storage asks for 5Gi" in said["message"]
    assert said["message"].startswith(service.component)
    assert "allowVolumeExpansion" in said["message"]
    assert world.ready(), "it works on with what it has"
    world.edit_lab({service.part.key: {"storage": "1Gi"}})
    await world.settle(seconds=60)
    assert world.condition("VolumesReady") == {}
    assert (world.errors, world.lies) == ([], [])


async def test_a_class_that_can_grow_at_last_is_found_out_by_itself() -> None:
    world = await _lab(POSTGRESQL)
    world.edit_lab({"postgresql": {"storage": "5Gi"}})
    await world.settle(seconds=60)
    tried = len(world.writes.done)
    world.server.expandable = True
    await world.settle(seconds=400)
    assert requested(_claim(world)) == "5Gi"
    assert world.condition("VolumesReady") == {}
    assert len(world.writes.done) - tried < 6


@pytest.mark.provokes(Reason.VOLUME_CANNOT_SHRINK)
async def test_a_smaller_size_is_told_and_nothing_else_happens() -> None:
    world = await _lab({**PLAIN, "postgresql": {"storage": "5Gi"}}, expandable=True)
    before = _claim(world)
    world.edit_lab({"postgresql": {"storage": "1Gi"}})
    await world.settle(seconds=60)
    said = world.condition("VolumesReady")
    assert said["reason"] == "VolumeCannotShrink"
    assert "Set spec.postgresql.storage back to 5Gi" in said["message"]
    assert _claim(world) == before
    assert world.ready()


async def test_a_kept_volume_of_a_former_lab_grows_with_the_next_one() -> None:
    world = await _lab({**POSTGRESQL, "retainData": True}, expandable=True)
    uid = _claim(world)["metadata"]["uid"]
    assert _owners(_claim(world)) == []
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle(seconds=60)
    assert _claim(world)["metadata"]["uid"] == uid
    world.add_lab({**PLAIN, "retainData": True, "postgresql": {"storage": "5Gi"}})
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=60)
    assert _claim(world)["metadata"]["uid"] == uid
    assert requested(_claim(world)) == "5Gi"
    assert world.condition("VolumesReady") == {}


async def test_a_kept_volume_whose_class_cannot_grow_is_told_by_the_next_lab() -> None:
    world = await _lab({**POSTGRESQL, "retainData": True})
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle(seconds=60)
    world.add_lab({**PLAIN, "retainData": True, "postgresql": {"storage": "5Gi"}})
    await world.settle(world.ready, seconds=120)
    said = world.condition("VolumesReady")
    assert (said["reason"], world.ready()) == ("VolumeCannotGrow", True)
    assert f"the volume {VOLUME} has 1Gi" in said["message"]


async def test_volumes_grow_while_the_lab_is_suspended() -> None:
    world = await _lab({**POSTGRESQL, "suspend": False}, expandable=True)
    world.edit_lab({"suspend": True})
    await world.settle(seconds=60)
    world.server.grows = False
    world.edit_lab({"postgresql": {"storage": "5Gi"}})
    await world.settle(seconds=60)
    assert requested(_claim(world)) == "5Gi"
    waits = [{"type": "FileSystemResizePending", "status": "True"}]
    world.server.set_status(KIND, METEO.namespace, VOLUME, {"conditions": waits})
    await world.settle(seconds=60)
    said = world.condition("VolumesReady")
    assert said["reason"] == "VolumeGrowing"
    assert "with the next start of the lab" in said["message"]
    world.server.grows = True
    world.edit_lab({"suspend": False})
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=60)
    assert world.condition("VolumesReady") == {}


@pytest.mark.provokes(Reason.VOLUME_GROWING)
async def test_a_growth_that_waits_for_a_new_pod_names_it() -> None:
    world = await _lab(POSTGRESQL, expandable=True, grows=False)
    world.edit_lab({"postgresql": {"storage": "5Gi"}})
    waits = [{"type": "FileSystemResizePending", "status": "True"}]
    world.server.set_status(KIND, METEO.namespace, VOLUME, {"conditions": waits})
    await world.settle(seconds=60)
    said = world.condition("VolumesReady")
    assert said["reason"] == "VolumeGrowing"
    assert "kubectl delete pod meteo-postgresql-0" in said["message"]


async def test_a_growth_that_fails_is_told_with_the_drivers_words() -> None:
    world = await _lab(POSTGRESQL, expandable=True, grows=False)
    world.edit_lab({"postgresql": {"storage": "5Gi"}})
    words = {"type": "ControllerResizeError", "status": "True", "message": "pool is full"}
    world.server.set_status(KIND, METEO.namespace, VOLUME, {"conditions": [words]})
    await world.settle(seconds=60)
    said = world.condition("VolumesReady")
    assert said["reason"] == "VolumeCannotGrow"
    assert "pool is full" in said["message"]


async def test_a_size_that_no_class_can_give_is_cured_by_the_correction_alone() -> None:
    world = World()
    world.server.too_large = "90Ti"
    world.add_lab({**PLAIN, "postgresql": {"storage": "90Ti"}})
    await world.settle(seconds=60)
    assert world.condition("PostgresqlReady")["reason"] == "Unschedulable"
    world.edit_lab({"postgresql": {"storage": "2Gi"}})
    await world.settle(seconds=120)
    assert world.ready(), world.status()
    assert requested(_claim(world)) == "2Gi"


async def test_a_quota_on_storage_names_the_field() -> None:
    world = World()
    quota = "exceeded quota: student, requested: requests.storage=1Gi, limited: 0"
    world.server.admission.append(lambda kind, _: quota if kind == KIND else None)
    world.add_lab(POSTGRESQL)
    await world.settle(seconds=60)
    said = world.condition("PostgresqlReady")
    assert said["reason"] == Reason.QUOTA_EXCEEDED
    assert "spec.postgresql.storage: 1Gi" in said["message"]
    assert world.names("StatefulSet") == [], "no pod without its volume"
    world.server.admission.clear()
    await world.settle(world.ready, seconds=120)
    makers = {m["manager"] for c in _claims(world).values() for m in c["metadata"]["managedFields"]}
    assert makers == {"streaminglab-operator"}


@pytest.mark.parametrize("status", [403, 422, 500])
async def test_one_volume_that_cannot_be_made_holds_back_its_own_broker_alone(
    status: int,
) -> None:
    world = World()
    refused = "data-meteo-kafka-1-0"
    apply = world.cluster.apply

    async def with_trouble(item: ObjectToApply) -> Observed:
        if item.name == refused and status:
            raise api_error(status, "something is wrong", KIND)
        return await apply(item)

    world.cluster.apply = with_trouble  # type: ignore[method-assign]
    world.add_lab({"kafka": {"brokers": 3}})
    await world.settle(seconds=60)
    assert world.names("StatefulSet", "kafka") == ["meteo-kafka-0", "meteo-kafka-2"]
    assert refused not in _claims(world)
    said = world.condition("KafkaReady")
    assert said["status"] == "False"
    assert refused in said["message"]
    assert "something is wrong" in said["message"]
    status = 0
    await world.settle(world.ready, seconds=120)


async def test_a_volume_that_cannot_be_made_is_waited_for_when_a_lab_resumes() -> None:
    world = World()
    world.add_lab({**POSTGRESQL, "suspend": True})
    await world.settle(seconds=60)
    quota = "exceeded quota: student, requested: requests.storage=1Gi, limited: 0"
    world.server.admission.append(lambda kind, _: quota if kind == KIND else None)
    world.edit_lab({"suspend": False})
    await world.settle(seconds=60)
    assert world.names("Pod", "postgresql") == []
    assert world.condition("PostgresqlReady")["reason"] == Reason.QUOTA_EXCEEDED
    world.edit_lab({"suspend": True})
    await world.settle(seconds=60)
    assert world.condition("Suspended")["status"] == "True", "to rest needs no volume"
    world.server.admission.clear()
    world.edit_lab({"suspend": False})
    await world.settle(world.ready, seconds=120)


@pytest.mark.parametrize("right", ["slow", None], ids=["another name", "the default"])
@pytest.mark.parametrize("service", STORED, ids=lambda s: s.component)
async def test_a_class_that_there_is_not_is_cured_by_the_correction_alone(
    service: Service[Any], right: str | None
) -> None:
    world = World()
    world.server.unknown_class = "fastt"
    spec, key = _spec(service, "1Gi"), service.part.key
    world.add_lab({**spec, key: {**spec[key], "storageClassName": "fastt"}})
    await world.settle(seconds=60)
    assert not world.ready()
    said = [c for c in world.status()["conditions"] if c["reason"] == "Unschedulable"]
    assert any(service.component in c["message"] for c in said)
    world.edit_lab({key: {"storageClassName": right}})
    await world.settle(world.ready, seconds=120)
    of = f"-meteo-{service.component}-"
    classes = {c["spec"]["storageClassName"] for n, c in _claims(world).items() if of in n}
    assert classes == {right or "standard"}
    assert world.condition("VolumesReady") == {}
    assert (world.errors, world.lies) == ([], [])


@pytest.mark.provokes(Reason.VOLUME_CANNOT_MOVE)
@pytest.mark.parametrize("service", STORED, ids=lambda s: s.component)
async def test_another_class_of_a_volume_that_is_there_is_told_and_nothing_else_happens(
    service: Service[Any],
) -> None:
    world = await _lab(_spec(service, "1Gi"))
    before, pods = _claims(world), {p["metadata"]["uid"] for p in world.server.find("Pod")}
    world.edit_lab({service.part.key: {"storageClassName": "slow"}})
    await world.settle(seconds=60)
    said = world.condition("VolumesReady")
    assert (said["status"], said["reason"]) == ("False", "VolumeCannotMove")
    field = f"spec.{service.part.key}.storageClassName"
    assert f"is of StorageClass standard, and {field} asks for slow" in said["message"]
    assert _claims(world) == before
    assert pods == {p["metadata"]["uid"] for p in world.server.find("Pod")}
    assert world.ready(), "it works on with what it has"
    world.edit_lab({service.part.key: {"storageClassName": "standard"}})
    await world.settle(seconds=60)
    assert world.condition("VolumesReady") == {}
    assert (world.errors, world.lies) == ([], [])


async def test_a_class_taken_out_of_the_spec_is_told_where_the_volume_is_of_it() -> None:
    world = await _lab({**PLAIN, "postgresql": {"storageClassName": "slow"}})
    world.edit_lab({"postgresql": {"storageClassName": None}})
    await world.settle(seconds=60)
    assert "asks for the cluster's default" in world.condition("VolumesReady")["message"]
    world.edit_lab({"postgresql": {"storageClassName": "slow"}})
    await world.settle(seconds=60)
    assert world.condition("VolumesReady") == {}


async def test_a_kept_volume_of_another_class_is_told_and_both_ways_out_lead_out() -> None:
    kept = {**PLAIN, "retainData": True}
    world = await _lab({**kept, "postgresql": {"storageClassName": "slow"}})
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle(seconds=60)
    fast = {**kept, "postgresql": {"storageClassName": "fast"}}
    world.add_lab(fast)
    await world.settle(world.ready, seconds=120)
    said = world.condition("VolumesReady")
    assert said["reason"] == "VolumeCannotMove"
    assert "To keep its data, set it to slow" in said["message"]
    assert f"take spec.postgresql out, then kubectl delete pvc {VOLUME}" in said["message"]
    world.edit_lab({"postgresql": {"storageClassName": "slow"}})
    await world.settle(seconds=60)
    assert world.condition("VolumesReady") == {}
    world.edit_lab({"postgresql": None})
    await world.settle(seconds=60)
    world.server.delete(KIND, METEO.namespace, VOLUME)
    world.edit_lab({"postgresql": {"storageClassName": "fast"}})
    await world.settle(seconds=120)
    assert world.ready()
    assert _claim(world)["spec"]["storageClassName"] == "fast"
    assert world.condition("VolumesReady") == {}


async def test_growth_that_a_quota_forbids_leaves_the_lab_ready() -> None:
    world = await _lab(POSTGRESQL, expandable=True)
    quota = "exceeded quota: student, requested: requests.storage=4Gi, limited: 0"
    change = world.cluster.change_volume

    async def forbidden(*_: Any) -> None:
        raise Forbidden(403, quota, KIND)

    world.cluster.change_volume = forbidden  # type: ignore[method-assign, assignment]
    world.edit_lab({"postgresql": {"storage": "5Gi"}})
    await world.settle(seconds=60)
    said = world.condition("VolumesReady")
    assert said["reason"] == Reason.QUOTA_EXCEEDED
    assert "spec.postgresql.storage asks for 5Gi" in said["message"]
    assert world.ready()
    world.cluster.change_volume = change  # type: ignore[method-assign]
    await world.settle(seconds=400)
    assert requested(_claim(world)) == "5Gi"


async def test_the_data_of_a_service_goes_when_it_is_taken_out_of_the_spec() -> None:
    world = await _lab({**POSTGRESQL, "sftp": {}})
    world.edit_lab({"postgresql": None})
    await world.settle(seconds=60)
    left = set(_claims(world))
    assert VOLUME not in left
    assert {"drop-meteo-sftp-0", "host-keys-meteo-sftp-0", "data-meteo-kafka-0-0"} <= left
    world.edit_lab({"postgresql": {"database": "other"}})
    await world.settle(world.ready, seconds=120)
    assert VOLUME in _claims(world)


async def test_with_retained_data_it_stays() -> None:
    world = await _lab(POSTGRESQL)
    assert _owners(_claim(world)) == [("StreamingLab", False)]
    world.edit_lab({"retainData": True})
    await world.settle(world.ready, seconds=60)
    assert _owners(_claim(world)) == []
    world.edit_lab({"postgresql": None})
    await world.settle(seconds=60)
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle(seconds=60)
    assert VOLUME in _claims(world)


async def test_a_deleted_lab_takes_its_volumes_along_and_the_next_one_gets_new_ones() -> None:
    world = await _lab(POSTGRESQL)
    before = _claim(world)["metadata"]["uid"]
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle(seconds=60)
    assert _claims(world) == {}
    world.add_lab(POSTGRESQL)
    await world.settle(world.ready, seconds=120)
    assert _claim(world)["metadata"]["uid"] != before


async def test_a_stateful_set_deleted_by_hand_comes_back_on_its_volume() -> None:
    world = await _lab(POSTGRESQL)
    before = _claim(world)["metadata"]["uid"]
    world.server.delete("StatefulSet", METEO.namespace, "meteo-postgresql")
    await world.settle(seconds=60)
    assert world.ready()
    assert _claim(world)["metadata"]["uid"] == before


async def test_a_claim_that_a_person_made_is_used_and_left_as_it_is() -> None:
    world = World()
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "3Gi"}}}
    metadata = {"name": VOLUME, "namespace": METEO.namespace}
    world.server.create({"kind": KIND, "metadata": metadata, "spec": spec}, "kubectl")
    world.add_lab({**PLAIN, "postgresql": {"storage": "5Gi"}})
    await world.settle(world.ready, seconds=120)
    assert (requested(_claim(world)), _owners(_claim(world))) == ("3Gi", [])
    world.edit_lab({"postgresql": None})
    await world.settle(seconds=60)
    assert VOLUME in _claims(world)


async def test_a_lab_that_is_born_suspended_has_no_volumes_yet() -> None:
    world = World()
    world.add_lab({**POSTGRESQL, "suspend": True})
    await world.settle(seconds=60)
    assert _claims(world) == {}
    world.edit_lab({"suspend": False})
    await world.settle(world.ready, seconds=120)
    assert VOLUME in _claims(world)


async def test_a_lost_claim_is_left_alone() -> None:
    world = await _lab(POSTGRESQL)
    world.server.set_status(KIND, METEO.namespace, VOLUME, {"phase": "Lost"})
    uid = _claim(world)["metadata"]["uid"]
    world.edit_lab({"postgresql": {"storage": "5Gi"}})
    await world.settle(seconds=60)
    assert _claim(world)["metadata"]["uid"] == uid
    assert requested(_claim(world)) == "1Gi"
