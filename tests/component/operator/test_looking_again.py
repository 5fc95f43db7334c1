"""When the operator looks at a lab again by itself: the earliest look of all its steps."""

from itertools import pairwise
from typing import Any

from streaminglab_operator.ports import Endpoint
from streaminglab_operator.reconcile.steps.set_up import MAX_RETRY_SECONDS
from tests.fakes.world import NAMESPACE, World

QUOTA = 'pods "{name}" is forbidden: exceeded quota: student'


def _no_pod_of(component: str) -> Any:
    def refuse(kind: str, body: dict[str, Any]) -> str | None:
        labels = body["metadata"].get("labels", {})
        if kind == "Pod" and labels.get("app.kubernetes.io/component") == component:
            return QUOTA.format(name=body["metadata"]["name"])
        return None

    return refuse


async def test_a_failed_set_up_is_tried_ever_more_slowly_though_another_part_lacks_its_pods() -> (
    None
):
    world = World()
    world.influxdb.down = True
    world.server.admission.append(_no_pod_of("telegraf"))
    asked, is_new = [], world.influxdb.is_new

    async def noted(at: Endpoint) -> bool:
        asked.append(world.clock.time)
        return await is_new(at)

    world.influxdb.is_new = noted  # type: ignore[method-assign]
    world.add_lab()
    await world.settle(seconds=130)
    said = {c["type"]: c["reason"] for c in world.status()["conditions"]}
    assert (said["InfluxDBReady"], said["TelegrafReady"]) == ("SetupFailed", "QuotaExceeded")
    assert [after - before for before, after in pairwise(asked)] == [1, 2, 4, 8, 16, 32, 60]
    world.influxdb.down = False
    world.server.delete("Pod", NAMESPACE, "meteo-influxdb-0")
    await world.settle(lambda: bool(world.names("Job")), seconds=1)


async def test_tokens_open_the_next_gate_at_once() -> None:
    world = World()
    world.influxdb.down = True
    world.add_lab()
    await world.settle(seconds=30)
    assert world.names("Job") == []
    world.influxdb.down = False
    world.writes.done.clear()
    await world.settle(lambda: bool(world.names("Job")), seconds=MAX_RETRY_SECONDS)
    asked = [outcome.again_after for outcome in world.outcomes]
    assert 0.0 in asked
    tokens = max(i for i, done in enumerate(world.writes.done) if "Secret" in done)
    status = [i for i, done in enumerate(world.writes.done) if done.startswith("status ")]
    init = next(i for i, done in enumerate(world.writes.done) if done.startswith("apply Job"))
    between = [i for i in status if tokens < i < init]
    assert tokens < init
    assert between == [], "the pass that made the tokens leaves the status to the next"


async def test_a_part_is_not_called_at_a_service_that_is_not_the_labs() -> None:
    def refuse(kind: str, body: dict[str, Any]) -> str | None:
        ours = kind == "Service" and body["metadata"]["name"].endswith(("-influxdb", "-connect"))
        return "not this Service" if ours else None

    world = World()
    world.server.admission.append(refuse)
    world.add_lab({"connect": {}})
    await world.settle(seconds=30)
    assert world.names("Pod", "influxdb") and world.names("Pod", "connect")
    assert (world.influxdb.databases, world.connect.looks) == ({}, 0)
    world.server.admission.clear()
    await world.settle(world.ready, seconds=60)
    assert world.connect.looks
