"""`spec.metrics` comes into a lab and leaves it: its token, its pod, and what the brokers serve."""

import base64

from tests.fakes.fields import Json
from tests.fakes.truth import objects_of
from tests.fakes.world import METEO, World

SECRET = ("Secret", METEO.namespace, "meteo-credentials")
TOKEN, READER = "influxdb-metrics-token", "influxdb-reader-token"


def _values(world: World) -> dict[str, str]:
    data = world.server.get(*SECRET)["data"]
    return {k: base64.b64decode(v).decode() for k, v in data.items()}


def _edit(world: World, **spec: Json | None) -> None:
    world.server.edit("StreamingLab", METEO.namespace, METEO.name, {"spec": spec}, "kubectl")


def _rotate(world: World) -> None:
    change = {"metadata": {"annotations": {"streaminglab.dev/rotate": "now"}}}
    world.server.edit("StreamingLab", METEO.namespace, METEO.name, change, "kubectl")


def _known(world: World) -> set[str]:
    (database,) = world.influxdb.databases.values()
    return set(database.tokens.values())


async def _ready(spec: Json) -> World:
    world = World()
    world.add_lab(spec)
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=60)
    return world


def _start_of_broker(world: World) -> str:
    (config,) = [
        o for o in objects_of(world.server, METEO, "ConfigMap")
        if o["metadata"]["name"] == "meteo-kafka"
    ]  # fmt: skip
    start: str = config["data"]["start.sh"]
    return start


async def test_a_lab_without_metrics_has_no_token_for_them() -> None:
    world = await _ready({})
    assert TOKEN not in _values(world)
    assert world.names("Deployment", "metrics") == []
    assert "9405" not in _start_of_broker(world)


async def test_a_lab_that_is_there_gets_the_token_first_and_injects_nothing_again() -> None:
    world = await _ready({})
    before = _values(world)
    (inject,) = world.names("Job", "inject")
    world.writes.done.clear()
    _edit(world, metrics={})
    await world.settle(seconds=120)
    after = _values(world)
    assert {k for k in after if before.get(k) != after[k]} == {TOKEN, READER}
    done = world.writes.done
    assert done.index("influxdb token metrics") < done.index("apply Deployment meteo-metrics")
    assert world.condition("MetricsReady")["status"] == "True"
    assert ",9405" in _start_of_broker(world)
    assert world.names("Job", "inject") == [inject]
    assert world.ready(), world.status()
    assert world.lies == []


async def test_a_rotation_changes_the_token_of_metrics_too() -> None:
    world = await _ready({"metrics": {}})
    before = _values(world)
    _rotate(world)
    await world.settle(seconds=120)
    after = _values(world)
    assert before[TOKEN] != after[TOKEN]
    assert {v for k, v in after.items() if k in (TOKEN, READER)} <= _known(world)
    assert not {before[TOKEN], before[READER]} & _known(world)


async def test_a_rotation_between_two_times_of_metrics_leaves_no_dead_token_behind() -> None:
    world = await _ready({"metrics": {}})
    _edit(world, metrics=None)
    await world.settle(seconds=120)
    assert world.names("Deployment", "metrics") == []
    assert ",9405" not in _start_of_broker(world)
    _rotate(world)
    await world.settle(seconds=120)
    _edit(world, metrics={})
    await world.settle(seconds=120)
    assert {v for k, v in _values(world).items() if k in (TOKEN, READER)} <= _known(world)
    assert world.ready(), world.status()


async def test_a_lost_secret_comes_back_with_the_token_of_metrics() -> None:
    world = await _ready({"metrics": {}})
    before = _values(world)
    world.server.delete(*SECRET)
    world.restart()
    await world.settle(seconds=120)
    assert _values(world) == before
