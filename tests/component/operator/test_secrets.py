"""Generated credentials are in one Secret and nowhere else."""

import base64
import json

import pytest
import structlog

from tests.fakes.world import METEO, World

JOBS = ("init", "inject", "producer", "verify")


async def _everything(world: World) -> dict[str, str]:
    """All that anybody could read, by where it is."""
    found = {
        "/".join(key): json.dumps(raw)
        for key, raw in world.server.objects.items()
        if key[0] != "Secret"
    }
    found["statuses"] = json.dumps(world.cluster.statuses)
    found["events"] = repr(world.cluster.published)
    found["errors"] = repr(world.errors)
    found["memory"] = repr(world.reconciler._memories)
    assert "CredentialsMemory" in found["memory"]
    found["store"] = repr(world.store.objects(METEO))
    return found


async def test_no_credential_is_anywhere_but_in_its_secret(
    capsys: pytest.CaptureFixture[str],
) -> None:
    structlog.reset_defaults()
    world = World()
    world.controllers.programs["verify"] = lambda _: (1, "it failed")
    world.add_lab()
    await world.settle(seconds=60)
    world.influxdb.lose_volume()
    world.server.delete("Pod", METEO.namespace, "meteo-influxdb-0")
    await world.settle(seconds=60)
    raw = world.server.get("Secret", METEO.namespace, "meteo-credentials")["data"]
    values = {k: base64.b64decode(v).decode() for k, v in raw.items()}
    secret = [v for k, v in values.items() if k != "influxdb-username"] + list(raw.values())
    assert len(secret) == 9 + 10
    found = await _everything(world)
    written = capsys.readouterr()
    found["log"] = written.out + written.err
    for value in secret:
        for where, text in found.items():
            if value != raw["influxdb-username"]:
                assert value not in text, where


async def test_the_operators_token_is_given_to_no_pod_and_a_persons_password_to_the_page() -> None:
    world = World()
    world.add_lab()
    await world.settle(seconds=60)
    specs = {raw["metadata"]["name"]: json.dumps(raw["spec"]) for raw in world.server.find("Pod")}
    (page,) = world.names("Pod", "page")
    assert "influxdb-admin-token" not in "".join(specs.values())
    assert "influxdb-password" in specs.pop(page), "it shows it to who has logged in"
    assert "influxdb-password" not in "".join(specs.values())


async def test_each_program_gets_its_own_token_alone() -> None:
    world = World()
    world.add_lab()
    await world.settle(seconds=60)
    for job in JOBS:
        (name,) = world.names("Pod", job)
        text = json.dumps(world.server.get("Pod", METEO.namespace, name)["spec"])
        assert {other for other in JOBS if f"influxdb-{other}-token" in text} == {job}


async def test_credentials_are_drawn_once(world: World) -> None:
    before = world.server.get("Secret", METEO.namespace, "meteo-credentials")
    world.edit_lab({"kafka": {"topics": [{"name": "weather", "partitions": 6}]}})
    await world.settle(seconds=60)
    world.restart()
    await world.settle(seconds=60)
    assert world.server.get("Secret", METEO.namespace, "meteo-credentials") == before


async def test_a_credentials_secret_deleted_by_hand_comes_back_as_it_was(world: World) -> None:
    await world.settle(world.ready, seconds=60)
    name = ("Secret", METEO.namespace, f"{METEO.name}-credentials")
    before = world.server.objects.pop(name)
    await world.settle(seconds=1200)
    assert world.server.objects[name]["data"] == before["data"]
    assert world.ready()


async def test_two_labs_never_share_a_credential() -> None:
    world = World()
    first = world.add_lab(namespace="user-alice")
    second = world.add_lab(namespace="user-bob")
    await world.settle(seconds=60)
    drawn = [
        world.server.get("Secret", key.namespace, "meteo-credentials")["data"]["influxdb-password"]
        for key in (first, second)
    ]
    assert drawn[0] != drawn[1]
