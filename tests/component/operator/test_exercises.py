"""What the lab's page says of the exercises outlives everything that the operator writes."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator.api import LAB
from tests.fakes.world import METEO, World

SPEC: dict[str, Any] = {
    "weather": False,
    "kafka": {"topics": [{"name": "test"}]},
    "page": {},
    "exercises": {"set": "000"},
}
TOLD: dict[str, Any] = {
    "set": "000",
    "summary": "1/2",
    "startedAt": "2026-11-28T08:00:00Z",
    "items": [
        {"name": "topic", "state": "passed", "passedAt": "2026-11-28T09:00:00Z"},
        {"name": "keys", "state": "todo", "seen": ["12345678"], "hint": {"en": "a", "fr": "b"}},
        {"name": "why", "state": "unchecked"},
    ],
}
MORE = {**TOLD, "summary": "2/2"}


def says(world: World, told: dict[str, Any] | None) -> None:
    """The page writes its part of the status."""
    world.server.set_status(LAB.kind, METEO.namespace, METEO.name, {"exercises": told})


def told(world: World) -> Any:
    return world.status().get("exercises")


async def made(spec: dict[str, Any] = SPEC) -> World:
    world = World()
    world.add_lab(spec)
    await world.settle(world.ready, seconds=60)
    says(world, TOLD)
    await world.settle(seconds=60)
    return world


async def test_what_the_page_says_costs_no_pass_and_no_write() -> None:
    world = await made()
    passes, writes = world.passes, len(world.cluster.statuses)
    says(world, MORE)
    await world.settle()
    assert (world.passes, len(world.cluster.statuses)) == (passes, writes)
    assert told(world) == MORE


async def test_it_stays_as_it_is_when_the_operator_writes() -> None:
    world = await made()
    before = len(world.cluster.statuses)
    says(world, MORE)
    world.edit_lab({"suspend": True})
    await world.settle(seconds=120)
    assert len(world.cluster.statuses) > before
    assert told(world) == MORE
    world.restart()
    world.edit_lab({"suspend": False})
    await world.settle(world.ready, seconds=120)
    assert told(world) == MORE


@pytest.mark.parametrize("restarted", [False, True])
async def test_what_it_says_in_the_moment_in_which_the_operator_writes_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, restarted: bool
) -> None:
    """The operator has looked, and does not know of it yet; nor does a new one with old lists."""
    world = await made()
    if restarted:
        world.restart()
    write, moments = world.cluster.patch_status, list[str]()

    async def in_between(*args: Any, **more: Any) -> bool:
        moments.append(f"{len(moments)}/99")
        says(world, {**TOLD, "summary": moments[-1]})
        return await write(*args, **more)

    monkeypatch.setattr(world.cluster, "patch_status", in_between)
    for change in ({"suspend": True}, {"suspend": False}, {"kafka": {"brokers": 3}}):
        world.edit_lab(change)
        await world.settle(seconds=120)
    assert len(moments) > 3
    assert told(world) == {**TOLD, "summary": moments[-1]}


async def test_what_a_page_says_that_ends_goes_with_its_pod() -> None:
    """It may write once more after the operator has taken the field away."""
    world = await made()
    world.edit_lab({"exercises": None})
    await world.settle(seconds=60)
    says(world, MORE)
    (pod,) = (p for p in world.server.find("Pod") if "-page-" in p["metadata"]["name"])
    world.server.delete("Pod", METEO.namespace, pod["metadata"]["name"])
    await world.settle(seconds=60)
    assert told(world) is None


async def test_it_stays_when_a_spec_cannot_work() -> None:
    world = await made()
    world.edit_lab({"kafka": {"brokers": 3}})
    await world.settle(seconds=60)
    assert world.condition("Stalled")["status"] == "True"
    assert told(world) == TOLD


async def test_it_goes_with_the_exercises() -> None:
    world = await made()
    world.edit_lab({"exercises": None})
    await world.settle(seconds=60)
    assert "exercises" not in world.status()
    assert world.ready()


async def test_a_megabyte_of_them_stays_as_it_is_and_goes_with_the_exercises_too() -> None:
    world = await made()
    items = [{"name": str(n), "state": "todo"} for n in range(20_000)]
    large = {"set": "000", "summary": "0/1", "items": items}
    says(world, large)
    world.edit_lab({"kafka": {"config": {"log.retention.hours": "9"}}})
    await world.settle(world.ready)
    assert told(world)["items"] == items
    world.edit_lab({"exercises": None})
    await world.settle(world.ready)
    assert told(world) is None


async def test_the_page_is_told_which_exercises() -> None:
    world = await made()
    (page,) = world.server.find("Deployment")
    container = page["spec"]["template"]["spec"]["containers"][0]
    assert {"name": "PAGE_EXERCISES", "value": "000"} in container["env"]
    world.edit_lab({"exercises": {"set": None, "configMapName": "mine"}})
    await world.settle(seconds=60)
    (page,) = world.server.find("Deployment")
    spec = page["spec"]["template"]["spec"]
    assert {"name": "PAGE_EXERCISES_CONFIG_MAP", "value": "mine"} in spec["containers"][0]["env"]
    assert "mine" in [v["configMap"]["name"] for v in spec["volumes"] if "configMap" in v]
