"""The operator dies right after any one of its writes: the end is the same as if it had not.

Sieve's intermediate states (OSDI 2022), in memory: a reference run counts the writes, then for
each k a run is ended after write k, a new operator starts from a list, and the two ends must agree.
"""

import json
import re
from typing import Any

import pytest

from tests.fakes.cluster import Crash
from tests.fakes.world import METEO, World
from tests.levels import long_but_first

FEWEST = 30
"""A default lab takes more writes than this; fewer would mean that the count is wrong."""


def _end(world: World) -> dict[str, Any]:
    """What a run ended in, without what chance and order decide."""
    found: dict[str, Any] = {}
    for (kind, _, name), raw in world.server.objects.items():
        if kind in ("Pod", "Event"):
            continue
        body = {key: raw.get(key) for key in ("spec", "data")}
        labels = raw["metadata"].get("labels", {})
        text = json.dumps([body, labels], sort_keys=True)
        found[f"{kind}/{_stable(name)}"] = _stable(text)
    status = world.status()
    found["conditions"] = [(c["type"], c["status"], c["reason"]) for c in status["conditions"]]
    found["data"] = status["data"]["summary"]
    found["pods"] = sorted(_stable(name) for name in world.names("Pod"))
    return found


def _stable(text: str) -> str:
    """Names of pods, and of the Job that is named after them, without their chance part."""
    return re.sub(r"(verify-)[0-9a-f]{8}|-\d{5}\b", r"\1*", text)


async def _reference() -> tuple[World, int]:
    world = World()
    world.add_lab()
    await world.settle(seconds=60)
    return world, len(world.writes.done)


async def _crash_after(write: int) -> World:
    world = World(last_write=write)
    world.add_lab()
    try:
        await world.settle(seconds=60)
    except Crash:
        world.restart()
        await world.settle(seconds=60)
    return world


@pytest.mark.parametrize("part", long_but_first(4))
async def test_a_crash_after_any_write_leads_to_the_same_end(part: int) -> None:
    reference, count = await _reference()
    assert count > FEWEST
    wanted = _end(reference)
    for write in range(part, count, 4):
        world = await _crash_after(write)
        where = f"write {write}: {reference.writes.done[max(write - 1, 0)]}"
        assert world.errors == [], where
        assert _end(world) == wanted, where
        jobs = [name for kind, name in world.server.created if kind == "Job"]
        assert len(jobs) == len(set(jobs)) == 3, f"{where}: {jobs}"
        assert world.server.deleted == [], where
        assert world.points["meteo"] == 3000, where
        assert world.lies == [], where


async def _edited(world: World, edit: dict[str, Any], before: int) -> None:
    world.add_lab()
    await world.settle(lambda: len(world.writes.done) >= before)
    await world.settle(seconds=60)
    world.edit_lab(edit)
    await world.settle(seconds=60)


@pytest.mark.long
async def test_a_crash_after_any_write_of_an_edit_leads_to_the_same_end() -> None:
    edit: dict[str, Any] = {
        "kafka": {"topics": [{"name": "weather", "partitions": 6}]},
        "influxdb": {"alerts": [{"name": "heat", "field": "temperature", "above": 35}]},
        "inject": {"points": 100},
    }
    reference = World()
    reference.add_lab()
    await reference.settle(seconds=60)
    before = len(reference.writes.done)
    reference.edit_lab(edit)
    await reference.settle(seconds=60)
    wanted, count = _end(reference), len(reference.writes.done)
    assert count - before > 8
    for write in range(before, count):
        world = World(last_write=write)
        try:
            await _edited(world, edit, before)
        except Crash:
            world.restart()
            if world.server.get("StreamingLab", METEO.namespace, METEO.name)["spec"] == {}:
                world.edit_lab(edit)
            await world.settle(seconds=60)
        assert _end(world) == wanted, f"write {write}: {reference.writes.done[write - 1]}"
        assert world.points["meteo"] == 3100, f"write {write}"
