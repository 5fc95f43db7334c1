"""A namespace with LimitRanges: a lab fits into them by itself, or says which field does not."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator.names import LIMITS_ANNOTATION
from tests.fakes.fields import Json
from tests.fakes.world import METEO, World
from tests.limit_ranger import refusal

NARROW: Json = {"min": {"cpu": "50m"}, "maxLimitRequestRatio": {"cpu": "2"}}
EVERYTHING: Json = {"profile": "resilience", "schemaRegistry": {}, "connect": {}, "mongodb": {}}


def limited(*items: Json) -> World:
    """A world whose API server admits pods as LimitRanger does."""
    world = World()

    def judge(kind: str, body: Json) -> str | None:
        return refusal(kind, body, world.server.find("LimitRange", METEO.namespace))

    world.server.admission.append(judge)
    for i, item in enumerate(items):
        allow(world, f"limits-{i}", item)
    return world


def allow(world: World, name: str, item: Json) -> None:
    """An administrator's LimitRange."""
    body = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": name, "namespace": METEO.namespace},
        "spec": {"limits": [{"type": "Container", **item}]},
    }
    world.server.create(body, "admin")


def sizes(world: World) -> dict[str, Any]:
    """Name of a pod -> uid and size of its first container."""
    return {
        p["metadata"]["name"]: (
            p["metadata"]["uid"],
            p["spec"]["containers"][0]["resources"]["requests"]["cpu"],
        )
        for p in world.server.find("Pod")
    }


async def test_a_lab_fits_into_a_minimum_and_a_ratio_without_a_refusal() -> None:
    world = limited(NARROW, {"type": "Pod", "min": {"memory": "300Mi"}})
    world.add_lab(EVERYTHING)
    await world.settle(world.ready, seconds=120)
    assert world.ready(), world.status()
    assert world.server.find("Event") == [], "no pod was refused"
    await world.settle(seconds=60)
    before = len(world.writes.done)
    world.restart()
    world.wake(METEO)
    await world.settle(seconds=60)
    assert world.writes.done == [], f"nothing is written anew after {before}"


async def test_a_later_limit_range_changes_no_pod_that_runs_and_counts_for_new_ones() -> None:
    world = limited()
    world.add_lab({})
    await world.settle(world.ready, seconds=120)
    before = sizes(world)
    allow(world, "later", NARROW)
    world.wake(METEO)
    await world.settle(seconds=60)
    assert sizes(world) == before
    (old,) = world.names("Pod", "telegraf")
    world.server.delete("Pod", METEO.namespace, old)
    await world.settle(seconds=120)
    assert world.ready(), world.status()
    after = sizes(world)
    (new,) = world.names("Pod", "telegraf")
    assert after[new][1] == "250m"
    kept = {n: s for n, s in before.items() if "telegraf" not in n and "verify" not in n}
    assert kept.items() <= after.items(), "only what was refused was made anew"


async def test_what_was_raised_stays_when_the_limit_range_goes() -> None:
    world = limited(NARROW)
    world.add_lab({})
    await world.settle(world.ready, seconds=120)
    before = sizes(world)
    world.server.delete("LimitRange", METEO.namespace, "limits-0")
    world.wake(METEO)
    await world.settle(seconds=60)
    assert sizes(world) == before
    telegraf = world.server.get("Deployment", METEO.namespace, "meteo-telegraf")
    assert LIMITS_ANNOTATION in telegraf["metadata"]["annotations"]


@pytest.mark.parametrize("part", ["init", "inject", "verify", "producer", "kafka"])
async def test_a_size_that_the_lab_says_is_told_with_its_field_and_heals_by_it(part: str) -> None:
    world = limited({"min": {"cpu": "50m"}})
    world.add_lab({part: {"resources": {"cpu": "20m"}}})
    await world.settle(seconds=60)
    ready = world.condition("Ready")
    assert (ready["status"], ready["reason"]) == ("False", "LimitRange"), ready
    advice = f"Set spec.{part}.resources.cpu to 50m or more (LimitRange limits-0)"
    assert advice in ready["message"]
    world.edit_lab({part: {"resources": {"cpu": "60m"}}})
    await world.settle(world.ready, seconds=120)
    assert world.lies == []


async def test_memory_is_not_lowered_but_told() -> None:
    world = limited({"max": {"memory": "500Mi"}})
    world.add_lab({})
    await world.settle(seconds=60)
    advice = "Set spec.kafka.resources.memory to 500Mi or less (LimitRange limits-0)"
    assert advice in world.condition("KafkaReady")["message"]


async def test_a_job_that_no_node_can_hold_is_made_anew_when_the_spec_is_corrected() -> None:
    world = World()
    world.add_lab({"init": {"resources": {"memory": "500Gi"}}})
    await world.settle(seconds=60)
    assert world.condition("TopicsReady")["reason"] == "Unschedulable"
    world.edit_lab({"init": {"resources": {"memory": "300Mi"}}})
    await world.settle(world.ready, seconds=120)
    assert world.ready(), world.status()


async def test_limit_ranges_that_contradict_each_other_are_named() -> None:
    world = limited({"min": {"cpu": "4"}}, {"max": {"cpu": "1"}})
    world.add_lab({})
    await world.settle(seconds=60)
    message = world.condition("Ready")["message"]
    assert "No cpu is within LimitRange limits-0 and limits-1: ask the administrator" in message
