"""When the operator looks at a lab again by itself: the earliest look of all its steps."""

from typing import Any

from tests.fakes.world import World

QUOTA = 'pods "{name}" is forbidden: exceeded quota: student'


def _no_pod_of(component: str) -> Any:
    def refuse(kind: str, body: dict[str, Any]) -> str | None:
        labels = body["metadata"].get("labels", {})
        if kind == "Pod" and labels.get("app.kubernetes.io/component") == component:
            return QUOTA.format(name=body["metadata"]["name"])
        return None

    return refuse


async def test_a_failed_set_up_is_tried_each_second_though_another_part_lacks_its_pods() -> None:
    world = World()
    world.influxdb.down = True
    world.server.admission.append(_no_pod_of("telegraf"))
    world.add_lab()
    await world.settle(seconds=30)
    said = {c["type"]: c["reason"] for c in world.status()["conditions"]}
    assert (said["InfluxDBReady"], said["TelegrafReady"]) == ("SetupFailed", "QuotaExceeded")
    assert world.outcomes[-1].again_after == 1.0


async def test_tokens_open_the_next_gate_at_once() -> None:
    world = World()
    world.influxdb.down = True
    world.add_lab()
    await world.settle(seconds=30)
    assert world.names("Job") == []
    world.influxdb.down = False
    world.writes.done.clear()
    await world.settle(lambda: bool(world.names("Job")), seconds=1)
    asked = [outcome.again_after for outcome in world.outcomes]
    assert 0.0 in asked
    tokens = max(i for i, done in enumerate(world.writes.done) if done.startswith("secret "))
    status = next(i for i, done in enumerate(world.writes.done) if done.startswith("status "))
    init = next(i for i, done in enumerate(world.writes.done) if done.startswith("apply Job"))
    assert tokens < init < status, "the pass that made the tokens leaves the status to the next"
