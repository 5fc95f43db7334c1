"""An operator that starts anew says of no lab anything else than the one before it had said.

What was true stays said until it is found out anew: nothing is written because something was
forgotten, or because one of many calls at once was lost.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from streaminglab_operator.errors import InfluxDBError
from streaminglab_operator.names import LabKey
from streaminglab_operator.plan import Options
from streaminglab_operator.ports import Endpoint
from streaminglab_operator.reconcile.foresight import render_ahead
from tests.component.operator.test_brokers import THREE
from tests.component.operator.test_change import Refusing
from tests.component.operator.test_fence import brought_up
from tests.component.operator.test_looking_again import QUOTA
from tests.component.operator.test_permit import PAUSE
from tests.component.operator.test_services import EVERY
from tests.fakes.fields import Json
from tests.fakes.volumes import KIND
from tests.fakes.world import METEO, NAMESPACE, World

LABS = 20
NO_IMAGE = Options(images={"kafka-ui": "none"})
PAGE: Json = {"weather": False, "kafka": {"topics": [{"name": "test"}]}}


def _refuse(world: World, kind: str, component: str, words: str = QUOTA) -> None:
    def refuse(made: str, body: Mapping[str, Any]) -> str | None:
        meta = body["metadata"]
        mine = meta.get("labels", {}).get("app.kubernetes.io/component") == component
        return words.format(name=meta["name"]) if made == kind and mine else None

    world.server.admission.append(refuse)


async def _settled(spec: Json | None = None, seconds: float = 60, **more: Any) -> World:
    return await _with_lab(World(**more), spec, seconds)


async def _with_lab(world: World, spec: Json | None = None, seconds: float = 200) -> World:
    """A lab is made where things are as they are, and has its time."""
    world.add_lab(spec)
    await world.settle(seconds=seconds)
    return world


async def _edited(change: Json, spec: Json | None = None) -> World:
    world = await _settled(spec)
    assert world.ready()
    world.edit_lab(change)
    await world.settle(seconds=200)
    return world


async def _refused(kind: str, component: str, words: str) -> World:
    world = World()
    _refuse(world, kind, component, words)
    return await _with_lab(world)


async def _influxdb_down() -> World:
    world = World()
    world.influxdb.down = True
    return await _with_lab(world)


async def _open() -> World:
    world = World()
    world.doors.open = True
    return await brought_up(world)


async def _name_taken() -> World:
    world = World()
    where = {"name": "meteo-kafka", "namespace": NAMESPACE}
    world.server.create({"kind": "Service", "metadata": where, "spec": {}}, "helm")
    return await _with_lab(world)


async def _several(most: int = 0) -> World:
    """Two of one namespace: one alone can have the short names, and the host of a page."""
    world = World(most_labs=most)
    hosts = {"kafkaUI": "kafka.example.org"}
    access = {"ingress": {"className": "public", "domain": "lab.example.org", "hosts": hosts}}
    for name in (METEO.name, "other"):
        world.add_lab({**PAGE, "kafkaUI": {}, "access": access}, name)
        world.clock.time += 60
    await world.settle(seconds=200)
    return world


async def _paused() -> World:
    world = await _settled()
    world.server.edit("StreamingLab", NAMESPACE, METEO.name, PAUSE, "kubectl")
    await world.settle(seconds=60)
    return world


async def _differing() -> World:
    world = World()
    world.controllers.programs["verify"] = lambda _: (2, "no broker answers")
    return await _with_lab(world, seconds=60)


async def _bad_chart() -> World:
    world = World()
    world.helm = Refusing(world, "telegraf")  # type: ignore[assignment]
    world.restart()
    return await _with_lab(world, seconds=60)


UNKNOWN = {"name": "lines", "class": "org.example.Unknown", "config": {"topics": "test"}}
TOO_MUCH = "exceeded quota: student, requested: requests.storage=1Gi"
CASES: dict[str, tuple[Callable[[], Any], str]] = {
    "whole": (_settled, "Verified"),
    "with all services": (lambda: _settled(EVERY, 300), "Verified"),
    "with three brokers": (lambda: _settled(THREE, 200), "Ready"),
    "with a stopped broker": (
        lambda: _edited({"kafka": {"stoppedBrokers": [2]}}, THREE),
        "BrokerStopped",
    ),
    "a broker's pod is refused": (lambda: _refused("Pod", "kafka", QUOTA), "QuotaExceeded"),
    "a Deployment's pod is refused": (lambda: _refused("Pod", "telegraf", QUOTA), "QuotaExceeded"),
    "a Job's pod is refused": (lambda: _refused("Pod", "init", QUOTA), "QuotaExceeded"),
    "a Service is refused": (lambda: _refused("Service", "kafka", TOO_MUCH), "QuotaExceeded"),
    "a volume is refused": (lambda: _refused(KIND, "influxdb", TOO_MUCH), "QuotaExceeded"),
    "a volume cannot grow": (lambda: _edited({"kafka": {"storage": "9Gi"}}), "VolumeCannotGrow"),
    "the data is not compared": (_differing, "VerifyFailed"),
    "InfluxDB does not answer": (_influxdb_down, "SetupFailed"),
    "nothing closes it": (_open, "NotEnforced"),
    "a spec cannot come into force": (lambda: _edited({"kafka": {"brokers": 3}}), "InvalidSpec"),
    "a chart does not render": (_bad_chart, "RenderFailed"),
    "suspended": (lambda: _edited({"suspend": True}), "Suspended"),
    "paused": (_paused, "Paused"),
    "an image is not to be had": (
        lambda: _settled({**PAGE, "kafkaUI": {}}, options=NO_IMAGE),
        "ImageNotAvailable",
    ),
    "passwords are missing": (
        lambda: _settled({**PAGE, "passwordsSecretName": "mine"}),
        "PasswordsNotUsable",
    ),
    "a connector has no plugin": (
        lambda: _settled({**PAGE, "connect": {"connectors": [UNKNOWN]}}),
        "PluginMissing",
    ),
    "a name is taken": (_name_taken, "NameTaken"),
    "another has its hosts": (_several, "HostTaken"),
    "one too many": (lambda: _several(1), "TooManyLabs"),
}
"""How a lab comes to be as the name says, and a reason that its status then has."""


def _statuses(world: World) -> list[Json]:
    return [raw["status"] for raw in world.server.find("StreamingLab")]


@pytest.mark.parametrize("case", CASES)
async def test_a_restart_writes_no_status(case: str) -> None:
    made, reason = CASES[case]
    world = await made()
    before = _statuses(world)
    assert reason in {c["reason"] for status in before for c in status["conditions"]}
    world.restart()
    await world.settle(seconds=59)
    assert _statuses(world) == before
    assert [w for w in world.writes.done if w.startswith(("status", "event"))] == []


async def test_a_verified_lab_is_not_asked_at_a_restart_and_is_within_ten_minutes() -> None:
    world = await _settled()
    asked: list[str] = []
    is_new = world.influxdb.is_new

    async def noted(at: Endpoint) -> bool:
        asked.append(at.url)
        return await is_new(at)

    world.influxdb.is_new = noted  # type: ignore[method-assign]
    world.restart()
    await world.settle(seconds=59)
    assert asked == []
    (database,) = world.influxdb.databases.values()
    database.tokens.clear()
    await world.settle(seconds=601)
    assert len(asked) == 1
    assert len(database.tokens) == 5, "what was taken away by hand is back"
    await world.settle(seconds=3600)
    assert len(asked) == 1


@pytest.mark.parametrize("case", ["whole", "with all services", "with three brokers", "suspended"])
async def test_what_labs_are_made_of_is_rendered_before_their_objects_are_known(case: str) -> None:
    made, _ = CASES[case]
    world = await made()
    world.restart()
    await render_ahead(world.store, world.templates, world.options)
    ahead = world.templates.renders
    assert ahead
    await world.settle(seconds=59)
    assert world.templates.renders == ahead


@pytest.mark.parametrize("case", ["a spec cannot come into force", "paused", "a chart is broken"])
async def test_what_cannot_be_rendered_ahead_keeps_nobody_from_anything(case: str) -> None:
    if case == "a chart is broken":
        world = World()
        world.helm = Refusing(world, "telegraf")  # type: ignore[assignment]
        world.start_operator()
        world.add_lab()
        world.deliver()
    else:
        world = await CASES[case][0]()
        world.restart()
    await render_ahead(world.store, world.templates, world.options)


@pytest.mark.parametrize("lost", ["lost", "late"])
async def test_calls_that_fail_at_a_restart_change_no_status(lost: str) -> None:
    """Labs that are not verified yet are asked at once, in a crowd: one lost call is no news."""
    world = World()
    world.controllers.programs["verify"] = lambda _: (2, "no broker answers")
    keys = [LabKey(f"lab-{number}", METEO.name) for number in range(LABS)]
    for key in keys:
        world.add_lab(namespace=key.namespace)
    await world.settle(seconds=60)
    before = [world.status(key) for key in keys]
    failed: set[str] = set()
    is_new = world.influxdb.is_new

    async def once(at: Endpoint) -> bool:
        if at.url not in failed:
            failed.add(at.url)
            if lost == "late":
                await asyncio.sleep(0.01)
                raise TimeoutError
            raise InfluxDBError(f"InfluxDB at {at.url} does not answer: ServerDisconnectedError")
        return await is_new(at)

    world.influxdb.is_new = once  # type: ignore[method-assign]
    world.restart()
    await world.settle(seconds=59)
    assert len(failed) == LABS
    assert [world.status(key) for key in keys] == before
    assert [w for w in world.writes.done if w.startswith("status")] == []
