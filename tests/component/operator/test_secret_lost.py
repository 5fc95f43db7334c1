"""Whatever becomes of `<lab>-credentials`, the lab works with the same ones again."""

import base64
from typing import Any

import pytest

from streaminglab_operator.names import LAB_LABEL, LabKey
from streaminglab_operator.plan.master_key import MasterKey
from tests.fakes.fields import Json
from tests.fakes.influxdb import Database
from tests.fakes.world import METEO, World

SECRET = ("Secret", METEO.namespace, "meteo-credentials")
SERVICES: Json = {"postgresql": {}}
CLASS = 40


async def _full() -> World:
    world = World()
    world.add_lab(SERVICES)
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=60)
    world.cluster.published.clear()
    return world


def _data(world: World, key: LabKey = METEO) -> Json:
    return dict(world.server.get("Secret", key.namespace, f"{key.name}-credentials")["data"])


def _published(world: World) -> list[str]:
    return [event.message for event in world.cluster.published]


def _garbage(before: Json) -> Json:
    """Some keys with other values, some gone, some empty."""
    changes: list[Any] = [base64.b64encode(b"garbage").decode(), None, ""]
    return {key: changes[i % 3] for i, key in enumerate(sorted(before))}


DAMAGE = {
    "deleted": None,
    "garbage": _garbage,
    "emptied": dict.fromkeys,
}


@pytest.mark.parametrize("away", [False, True], ids=["while it runs", "while it is away"])
@pytest.mark.parametrize("how", DAMAGE)
async def test_it_comes_back_the_same_and_the_lab_is_told(how: str, *, away: bool) -> None:
    world = await _full()
    before, spoil = _data(world), DAMAGE[how]
    if spoil is None:
        world.server.delete(*SECRET)
    else:
        world.server.edit(*SECRET, {"data": spoil(before)}, "alice")
    if away:
        world.restart()
    await world.settle(seconds=1200)
    assert _data(world) == before
    assert world.ready(), world.status()
    assert world.errors == []
    (said,) = [text for text in _published(world) if "meteo-credentials" in text]
    assert "was gone" in said if spoil is None else "changed by hand" in said
    assert not any(
        base64.b64decode(v).decode() in said for k, v in before.items() if "user" not in k
    )


@pytest.mark.parametrize("how", DAMAGE)
async def test_any_edit_of_the_lab_has_it_looked_at_at_once(how: str) -> None:
    world = await _full()
    before, spoil = _data(world), DAMAGE[how]
    for word in ("once", "again"):
        note: Json = {"metadata": {"annotations": {"example.org/note": word}}}
        if spoil is None:
            world.server.delete(*SECRET)
        else:
            world.server.edit(*SECRET, {"data": spoil(before)}, "alice")
        world.server.edit("StreamingLab", *_where(METEO), note, "kubectl annotate")
        await world.settle()
        assert _data(world) == before
        assert world.ready(), world.status()


async def test_the_seals_may_go_too(world: World) -> None:
    before = _data(world)
    change: Json = {
        "metadata": {"annotations": {"streaminglab.dev/seals": None}},
        "data": _garbage(before),
    }
    world.server.edit(*SECRET, change, "alice")
    world.restart()
    await world.settle(seconds=60)
    assert _data(world) == before
    assert world.ready()


async def test_an_older_operators_credentials_stay_and_are_guarded_from_then_on() -> None:
    world = await _full()
    world.server.set_status("StreamingLab", METEO.namespace, METEO.name, {"credentials": None})
    change: Json = {
        "metadata": {"annotations": {"streaminglab.dev/seals": None}},
        "data": {"postgresql-password": base64.b64encode(b"drawn-once").decode()},
    }
    world.server.edit(*SECRET, change, "an older operator")
    world.restart()
    await world.settle(seconds=60)
    assert base64.b64decode(_data(world)["postgresql-password"]) == b"drawn-once"
    assert not [text for text in _published(world) if "by hand" in text]
    kept = _data(world)
    change = {"data": {"postgresql-password": base64.b64encode(b"garbage").decode()}}
    world.server.edit(*SECRET, change, "alice")
    await world.settle(seconds=1200)
    assert _data(world) == kept, "remembered"


async def test_the_operator_token_of_an_older_operators_lab_is_at_risk_also_when_rotated() -> None:
    """It was drawn, so that no key brings it back; decision 29 and docs/admin.md say so."""
    world = await _full()
    (database,) = world.influxdb.databases.values()
    database.admin_token = "drawn-once"
    world.server.set_status("StreamingLab", METEO.namespace, METEO.name, {"credentials": None})
    drawn = base64.b64encode(b"drawn-once").decode()
    change: Json = {
        "metadata": {"annotations": {"streaminglab.dev/seals": None}},
        "data": {"influxdb-admin-token": drawn, "postgresql-password": drawn},
    }
    world.server.edit(*SECRET, change, "an older operator")
    world.restart()
    rotate: Json = {"metadata": {"annotations": {"streaminglab.dev/rotate": "1"}}}
    world.server.edit("StreamingLab", *_where(METEO), rotate, "kubectl")
    await world.settle(seconds=120)
    assert world.status()["credentials"]["rotated"]
    copy, rotated = world.server.get(*SECRET), _data(world)
    assert rotated["influxdb-admin-token"] == drawn != rotated["postgresql-password"]
    world.server.delete(*SECRET)
    world.restart()
    await world.settle(seconds=120)
    assert _data(world)["postgresql-password"] == rotated["postgresql-password"]
    said = world.condition("InfluxDBReady")
    assert (said["status"], said["reason"]) == ("False", "SetupFailed")
    assert "the Secret meteo-credentials from a copy" in said["message"]
    world.server.delete(*SECRET)
    world.server.create(copy, "kubectl replace --force")
    await world.settle(world.ready, seconds=180)
    assert _data(world) == rotated


async def test_with_a_new_master_key_every_lab_keeps_what_it_has() -> None:
    world = await _full()
    before = _data(world)
    world.master = MasterKey(b"SECRET-made-after-the-first-was-lost")
    world.restart()
    await world.settle(seconds=1200)
    assert _data(world) == before
    assert world.ready()
    assert _published(world) == []


@pytest.mark.long
async def test_a_class_that_is_reset_in_one_line_has_no_new_password_over_an_old_volume() -> None:
    """`kubectl delete slab --all` and `kubectl apply`, with a garbage collector that is slow."""
    world = World()
    keys = [world.add_lab(namespace=f"user-{number:02}") for number in range(CLASS)]
    await world.settle(seconds=60)
    before = {key: _data(world, key) for key in keys}
    for key in keys:
        secret = world.server.get("Secret", key.namespace, "meteo-credentials")
        world.server.delete("StreamingLab", *_where(key))
        # The collector has come by all but the Secret; the volumes, and so InfluxDB, are as before.
        world.server.create(secret, "left over")
        world.add_lab(namespace=key.namespace)
    world.deliver()
    await world.work()
    for key in keys:
        assert world.condition("Ready", key)["reason"] == "FormerLab"
        assert "is still being removed" in world.condition("Ready", key)["message"]
    assert world.names("StatefulSet") == []
    await world.settle(seconds=120)
    for key in keys:
        assert world.ready(key), world.status(key)
        uid = world.server.get("StreamingLab", *_where(key))["metadata"]["uid"]
        raw = world.server.get("Secret", key.namespace, "meteo-credentials")
        assert [o["uid"] for o in raw["metadata"]["ownerReferences"]] == [uid]
        assert _data(world, key) == before[key], "InfluxDB knows no others"
    assert world.errors == []


def _where(key: LabKey) -> tuple[str, str]:
    return key.namespace, key.name


async def test_a_secret_that_is_collected_between_look_and_write_is_made_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    world.add_lab({"retainData": True})
    await world.settle(seconds=60)
    before = _data(world)
    patch = world.cluster.patch_secret

    async def too_late(*args: Any) -> str:
        world.server.delete(*SECRET)
        monkeypatch.undo()
        return await patch(*args)

    monkeypatch.setattr(world.cluster, "patch_secret", too_late)
    world.edit_lab({"retainData": False})
    await world.settle(seconds=60)
    assert _data(world) == before
    assert world.ready()


async def test_kept_volumes_find_their_credentials_in_the_next_lab_of_the_name() -> None:
    world = World()
    world.add_lab({"retainData": True, "postgresql": {}})
    await world.settle(seconds=60)
    before = _data(world)
    world.server.delete("StreamingLab", *_where(METEO))
    await world.settle(seconds=60)
    world.server.delete(*SECRET)
    world.add_lab({"retainData": True, "postgresql": {}})
    await world.settle(seconds=60)
    assert world.ready(), "InfluxDB is not new, and takes the credentials"
    assert _data(world) == before


FOREIGN: Json = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "meteo-credentials", "namespace": METEO.namespace},
    "data": {"DB_URL": base64.b64encode(b"postgres://prod").decode()},
}
SOMEBODYS: Json = {"ownerReferences": [{"kind": "Deployment", "name": "shop", "uid": "uid-shop"}]}
OTHERS: Json = {"labels": {LAB_LABEL: "wetter"}}


@pytest.mark.parametrize("more", [{}, SOMEBODYS, OTHERS], ids=["bare", "owned", "labelled"])
async def test_a_secret_of_somebody_else_is_never_touched(more: Json) -> None:
    world = World()
    metadata = {**FOREIGN["metadata"], **more}
    theirs = world.server.create({**FOREIGN, "metadata": metadata}, "shop")
    world.server.create(
        {"kind": "Deployment", "metadata": {"name": "shop", "namespace": METEO.namespace,
         "uid": "uid-shop", "labels": {}}, "spec": {"replicas": 0, "template": {}}}, "shop"
    )  # fmt: skip
    world.add_lab()
    await world.settle(seconds=60)
    ready = world.condition("Ready")
    assert (ready["status"], ready["reason"]) == ("False", "NameTaken")
    assert "meteo-credentials" in ready["message"]
    assert "give the lab another name" in ready["message"]
    assert world.condition("Stalled")["status"] == "False", "it heals by itself"
    world.server.delete("StreamingLab", *_where(METEO))
    await world.settle(seconds=60)
    assert world.server.objects[SECRET] == theirs
    assert world.names("StatefulSet") == []


async def test_the_lab_goes_on_when_the_name_is_free() -> None:
    world = World()
    world.server.create(FOREIGN, "shop")
    world.add_lab()
    await world.settle(seconds=30)
    assert not world.ready()
    world.server.delete(*SECRET)
    await world.settle(world.ready, seconds=60)


async def test_a_secret_of_somebody_else_in_a_running_labs_place_is_never_touched(
    world: World,
) -> None:
    world.server.delete(*SECRET)
    theirs = world.server.create(FOREIGN, "shop")
    await world.settle(lambda: not world.ready(), seconds=1200)
    assert world.condition("Ready")["reason"] == "NameTaken"
    await world.settle(seconds=60)
    assert world.server.objects[SECRET] == theirs
    world.server.delete(*SECRET)
    await world.settle(world.ready, seconds=60)


async def test_a_kept_influxdb_of_another_lab_is_told_and_gets_no_client() -> None:
    world = World()
    url = "http://meteo-influxdb.user-alice.svc:8086"
    world.influxdb.databases[url] = Database(admin_token="of another lab")
    world.add_lab()
    await world.settle(seconds=30)
    said = world.condition("InfluxDBReady")
    assert said["reason"] == "SetupFailed"
    assert "kept from a lab with other credentials" in said["message"]
    assert "PersistentVolumeClaim data-meteo-influxdb-0" in said["message"]
    assert world.names("Job") == world.names("Pod", "producer") == []
