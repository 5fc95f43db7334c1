"""`kubectl annotate slab meteo streaminglab.dev/rotate=...` gives every client new credentials."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.component.operator.test_services import EVERY
from tests.fakes.cluster import Crash
from tests.fakes.fields import Json
from tests.fakes.world import METEO, World
from tests.levels import long_but_first

SECRET = ("Secret", METEO.namespace, "meteo-credentials")
STAYS = {"influxdb-username", "influxdb-admin-token"}
LOGIN = {"influxdb-password"}
SPEC: Json = {"postgresql": {}, "access": {"kafka": {"localhost": {}}}}


def _values(world: World) -> dict[str, str]:
    data = world.server.get(*SECRET)["data"]
    return {k: base64.b64decode(v).decode() for k, v in data.items()}


def _rotate(world: World, word: str = "2026-03-02") -> None:
    change = {"metadata": {"annotations": {"streaminglab.dev/rotate": word}}}
    world.server.edit("StreamingLab", METEO.namespace, METEO.name, change, "kubectl")


async def _ready(world: World) -> None:
    world.add_lab(SPEC)
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=60)


def _holds(world: World, before: dict[str, str]) -> None:
    after = _values(world)
    changed = {k for k in before if before[k] != after[k]}
    assert changed == before.keys() - STAYS - {"kafka-username"}
    (database,) = world.influxdb.databases.values()
    tokens = {v for k, v in after.items() if k.startswith("influxdb-") and k not in STAYS | LOGIN}
    assert set(database.tokens.values()) == tokens, "the old ones are revoked"
    assert database.password == after["influxdb-password"], "who logs in has the new one"
    assert world.points["meteo"] == 3000, "nothing is injected again"
    said = world.status()["credentials"]
    assert (said["epoch"], said["rotation"], said["rotated"]) == (1, "2026-03-02", True)
    assert world.ready(), world.status()
    assert world.lies == []


async def test_every_client_gets_new_credentials_and_nothing_is_injected_again() -> None:
    world = World()
    await _ready(world)
    before = _values(world)
    (inject,) = world.names("Job", "inject")
    pods = {c: world.names("Pod", c) for c in ("producer", "telegraf")}
    world.writes.done.clear()
    _rotate(world)
    await world.settle(seconds=120)
    _holds(world, before)
    assert world.names("Job", "inject") == [inject]
    for component, names in pods.items():
        assert world.names("Pod", component) != names, "it reads the new ones"
    done = world.writes.done
    last_client = max(i for i, w in enumerate(done) if w.startswith("apply Deployment"))
    revoked = [i for i, w in enumerate(done) if w.startswith("influxdb revoke")]
    made = [i for i, w in enumerate(done) if w.startswith("influxdb token")]
    assert max(made) < last_client < min(revoked), "new ones first, old ones away last"
    assert done.count("influxdb password") == 1
    world.writes.done.clear()
    await world.settle(seconds=1200)
    assert world.writes.done == [], "it is done once"


def _keys(pod: Json) -> Iterator[str]:
    """Those of the lab's Secret that a pod mounts, or has in its environment."""
    for volume in pod.get("volumes", []):
        projected = volume.get("projected", {}).get("sources", [])
        for source in (each.get("secret", {}) for each in (volume, *projected)):
            if SECRET[2] in (source.get("secretName"), source.get("name")):
                yield from (item["key"] for item in source["items"])
    for container in (*pod["containers"], *pod.get("initContainers", [])):
        for variable in container.get("env", []):
            found = variable.get("valueFrom", {}).get("secretKeyRef", {})
            if found.get("name") == SECRET[2]:
                yield found["key"]


def _templates(world: World) -> dict[str, Any]:
    return {
        name: raw["spec"]["template"]
        for (kind, _, name), raw in world.server.objects.items()
        if kind in ("Deployment", "StatefulSet")
    }


async def test_no_pod_goes_on_with_what_it_had_mounted_before() -> None:
    """The kubelet brings a new value into a running pod a minute later: so each is made anew."""
    world = World()
    world.add_lab({**EVERY, "page": {}, "access": {"kafka": {"localhost": {}}}})
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=60)
    before = _templates(world)
    readers = {name: set(_keys(found["spec"])) for name, found in before.items()}
    readers = {name: keys for name, keys in readers.items() if keys}
    _rotate(world)
    await world.settle(seconds=180)
    after = _templates(world)
    # A broker reads its user when its volume is new; later the Job init gives it the password.
    same = {name for name in readers if before[name] == after[name]}
    assert same == {"meteo-kafka-0"}
    assert {"influxdb-reader-token", "postgresql-password"} <= readers["meteo-page"]
    assert "meteo-dbt" in readers


async def test_a_new_labs_page_is_started_once() -> None:
    world = World()
    world.add_lab({"page": {}})
    await world.settle(lambda: bool(world.names("Pod", "page")), seconds=60)
    (first,) = world.names("Pod", "page")
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=60)
    assert world.names("Pod", "page") == [first], "also when InfluxDB has made its tokens"


async def test_a_rotated_secret_that_is_lost_comes_back_rotated() -> None:
    world = World()
    await _ready(world)
    before = _values(world)
    _rotate(world)
    await world.settle(seconds=120)
    rotated = _values(world)
    world.server.delete(*SECRET)
    world.restart()
    await world.settle(seconds=120)
    assert _values(world) == rotated
    _holds(world, before)


async def test_an_operator_that_is_killed_while_it_revokes_goes_on_without_being_woken() -> None:
    reference = World()
    await _ready(reference)
    _rotate(reference)
    await reference.settle(seconds=120)
    done = reference.writes.done
    first = next(i for i, w in enumerate(done) if w.startswith("influxdb revoke"))
    world = World(last_write=first + 1)
    await _ready(world)
    before = _values(world)
    _rotate(world)
    with pytest.raises(Crash):
        await world.settle(seconds=120)
    world.restart()
    await world.settle(seconds=60)
    _holds(world, before)


async def test_a_lab_over_the_volumes_of_a_rotated_one_has_a_login_that_influxdb_takes() -> None:
    """The count of rotations is gone with the lab and its Secret; the passwords are the first."""
    world = World()
    world.add_lab({"retainData": True})
    await world.settle(seconds=60)
    first = _values(world)["influxdb-password"]
    _rotate(world)
    await world.settle(seconds=120)
    (database,) = world.influxdb.databases.values()
    assert database.password == _values(world)["influxdb-password"] != first
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    await world.settle(seconds=60)
    world.server.delete(*SECRET)
    world.add_lab({"retainData": True})
    await world.settle(world.ready, seconds=120)
    assert _values(world)["influxdb-password"] == first == database.password


async def test_an_annotation_that_a_lab_is_made_with_asks_for_nothing() -> None:
    world = World()
    world.add_lab()
    _rotate(world)
    await world.settle(world.ready, seconds=120)
    assert world.status()["credentials"]["epoch"] == 0
    assert world.status()["credentials"]["rotated"]


@pytest.mark.parametrize("part", long_but_first(2))
async def test_a_crash_after_any_write_of_a_rotation_ends_as_without(part: int) -> None:
    reference = World()
    await _ready(reference)
    first = len(reference.writes.done)
    before = _values(reference)
    _rotate(reference)
    await reference.settle(seconds=120)
    wanted, last = _values(reference), len(reference.writes.done)
    assert last - first > 8
    # Just before and just after InfluxDB's own user gets another password, too.
    login = reference.writes.done.index("influxdb password")
    for write in {*range(first + part, last, 4), login + part}:
        world = World(last_write=write)
        try:
            await _ready(world)
            _rotate(world)
            await world.settle(seconds=120)
        except Crash:
            world.restart()
            _rotate(world)
            await world.settle(seconds=120)
        assert _values(world) == wanted, reference.writes.done[write - 1]
        _holds(world, before)
