"""Edits of a running lab: what is done again, and what is left alone."""

from typing import Any

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.errors import RenderError
from tests.fakes.world import METEO, World

MORE: dict[str, Any] = {"kafka": {"topics": [{"name": "weather", "partitions": 6}]}}
INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "more copies than brokers": (
        {"kafka": {"topics": [{"name": "weather", "replicationFactor": 3}]}},
        "spec.kafka.topics[0].replicationFactor",
    ),
    "a retention in words": ({"influxdb": {"retention": "7 days"}}, "spec.influxdb.retention"),
    "no station": ({"inject": {"stations": 0}}, "spec.inject.stations"),
    "an unknown key": ({"kafak": {}}, "kafak"),
    "two brokers": ({"kafka": {"brokers": 2}}, "spec.kafka.brokers"),
    "another number of brokers": ({"kafka": {"brokers": 3}}, "spec.kafka.brokers"),
}


def _running(world: World) -> dict[tuple[str, str, str], str]:
    return {
        key: raw["metadata"]["resourceVersion"]
        for key, raw in world.server.objects.items()
        if key[0] not in ("StreamingLab", "Event")
    }


async def test_a_topic_edit_makes_one_new_init_job_and_prunes_the_old_one(world: World) -> None:
    (old,) = world.names("Job", "init")
    world.edit_lab(MORE)
    await world.settle(seconds=60)
    (new,) = world.names("Job", "init")
    assert new != old
    assert old not in world.names("ConfigMap")
    assert world.ready()


async def test_a_topic_edit_does_not_touch_the_injection(world: World) -> None:
    before = world.names("Job", "inject"), world.names("Pod", "inject")
    world.edit_lab(MORE)
    await world.settle(seconds=60)
    assert (world.names("Job", "inject"), world.names("Pod", "inject")) == before
    assert world.points["meteo"] == 3000


async def test_a_topic_edit_restarts_no_pod(world: World) -> None:
    pods = world.names("Pod", "kafka") + world.names("Pod", "producer")
    world.edit_lab(MORE)
    await world.settle(seconds=60)
    assert world.names("Pod", "kafka") + world.names("Pod", "producer") == pods


async def test_during_an_edit_ready_is_false_and_generations_tell_the_truth(world: World) -> None:
    world.edit_lab(MORE)
    await world.settle(seconds=60)
    first = world.cluster.statuses[0]
    assert first["observedGeneration"] == 2
    assert {c["observedGeneration"] for c in first["conditions"]} == {2}
    assert first["conditions"][0]["status"] == "False"
    assert world.lies == []


async def test_another_injection_is_not_complete_before_it_has_run(world: World) -> None:
    world.edit_lab({"inject": {"points": 50}} | MORE)
    await world.settle(seconds=60)
    said = [
        next(c["status"] for c in status["conditions"] if c["type"] == "InjectComplete")
        for status in world.cluster.statuses
    ]
    assert said[0] == "False"
    assert said[-1] == "True"
    assert world.points["meteo"] == 3050


async def test_the_newest_of_two_quick_edits_wins(world: World) -> None:
    world.edit_lab(MORE)
    world.deliver()
    await world.work()
    world.edit_lab({"kafka": {"topics": [{"name": "weather", "partitions": 8}]}})
    await world.settle(seconds=60)
    (job,) = world.names("Job", "init")
    config = world.server.get("ConfigMap", METEO.namespace, job)["data"]["config.json"]
    assert '"partitions":8' in config.replace(" ", "")


@pytest.mark.parametrize("case", INVALID, ids=list(INVALID))
async def test_an_invalid_spec_changes_nothing_that_runs(world: World, case: str) -> None:
    before = _running(world)
    change, field = INVALID[case]
    world.edit_lab(change)
    await world.settle(seconds=600)
    assert _running(world) == before
    stalled = world.condition("Stalled")
    assert (stalled["status"], stalled["reason"]) == ("True", "InvalidSpec")
    assert field in stalled["message"]
    assert world.condition("Ready")["status"] == "False"
    assert world.lies == []


@pytest.mark.parametrize("case", INVALID, ids=list(INVALID))
async def test_an_invalid_spec_stays_invalid_for_a_new_operator(world: World, case: str) -> None:
    before = _running(world)
    world.edit_lab(INVALID[case][0])
    await world.settle(seconds=60)
    world.restart()
    await world.settle(seconds=60)
    assert _running(world) == before
    assert world.condition("Stalled")["reason"] == "InvalidSpec"


@pytest.mark.provokes(Reason.INVALID_SPEC)
async def test_a_corrected_spec_heals_the_lab_without_touching_it(world: World) -> None:
    before = _running(world)
    world.edit_lab({"inject": {"stations": 0}})
    await world.settle(seconds=60)
    world.edit_lab({"inject": None})
    await world.settle(seconds=60)
    assert world.ready()
    assert _running(world) == before


async def test_a_lab_with_an_invalid_spec_still_tells_of_its_pods(world: World) -> None:
    world.edit_lab({"inject": {"stations": 0}})
    await world.settle(seconds=60)
    world.controllers.trouble["kafka"] = {"waiting": {"reason": "ImagePullBackOff"}}
    world.server.delete("Pod", METEO.namespace, "meteo-kafka-0-0")
    await world.settle(seconds=60)
    assert world.condition("Stalled")["reason"] == "InvalidSpec"
    assert world.condition("KafkaReady")["status"] == "False"


class Refusing:
    """Helm that refuses one chart."""

    def __init__(self, world: World, chart: str) -> None:
        self.inner = world.helm
        self.chart = chart
        self.calls = 0

    async def render(self, chart: str, release: str, values: Any) -> Any:
        if chart == self.chart:
            self.calls += 1
            raise RenderError(f"chart {chart}: values.schema.json refuses storage.size")
        return await self.inner.render(chart, release, values)


@pytest.mark.provokes(Reason.RENDER_FAILED, Reason.STALLED)
async def test_a_chart_that_does_not_render_is_said_in_the_status_and_changes_nothing() -> None:
    world = World()
    helm = Refusing(world, "telegraf")
    world.helm = helm  # type: ignore[assignment]
    world.restart()
    world.add_lab()
    await world.settle(seconds=10)
    stalled = world.condition("Stalled")
    assert (stalled["status"], stalled["reason"]) == ("True", "RenderFailed")
    assert "storage.size" in world.condition("Ready")["message"]
    assert world.names("StatefulSet") == []
    calls = helm.calls
    await world.settle(seconds=120)
    assert helm.calls - calls <= 4, "a render that fails must not be tried in a loop"


async def test_a_chart_that_renders_again_heals_the_lab() -> None:
    world = World()
    helm = Refusing(world, "telegraf")
    world.helm = helm  # type: ignore[assignment]
    world.restart()
    world.add_lab()
    await world.settle(seconds=10)
    helm.chart = "none"
    await world.settle(world.ready, seconds=300)
