"""Whatever keeps a workload from coming up, a correction of the spec alone cures it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.plan.stuck import PATIENCE_SECONDS
from streaminglab_operator.services import CORE, OPTIONAL, Service
from tests.component.operator.test_services import PLAIN, spec_of
from tests.fakes.world import METEO, World

TOO_MUCH = {"resources": {"memory": "500Gi"}}
FITS = {"resources": {"memory": "2Gi"}}
SIZED = [s for s in (*CORE, *OPTIONAL) if "resources" in s.part.model.model_fields]


def _spec(service: Service[Any], more: dict[str, Any]) -> dict[str, Any]:
    base = spec_of(service) if service.optional else {}
    key = service.part.key
    return {**base, key: {**base.get(key, {}), **more}}


def _volumes(world: World) -> dict[str, str]:
    claims = world.server.find("PersistentVolumeClaim", METEO.namespace)
    return {c["metadata"]["name"]: c["metadata"]["uid"] for c in claims}


@pytest.mark.provokes(Reason.UNSCHEDULABLE)
@pytest.mark.parametrize("service", SIZED, ids=lambda s: s.component)
async def test_a_pod_that_no_node_can_hold_comes_up_when_the_spec_is_corrected(
    service: Service[Any],
) -> None:
    world = World()
    world.add_lab(_spec(service, TOO_MUCH))
    await world.settle(seconds=60)
    ready = world.condition("Ready")
    assert (ready["status"], ready["reason"]) == ("False", "Unschedulable"), ready
    world.edit_lab({service.part.key: FITS})
    await world.settle(world.ready, seconds=120)
    assert world.ready(), world.status()
    assert world.lies == []


@pytest.mark.parametrize("service", SIZED, ids=lambda s: s.component)
async def test_a_lab_that_ran_comes_back_from_an_edit_that_no_node_can_hold(
    service: Service[Any],
) -> None:
    world = World()
    world.add_lab(_spec(service, {}))
    await world.settle(world.ready, seconds=120)
    before = _volumes(world)
    world.edit_lab({service.part.key: TOO_MUCH})
    await world.settle(seconds=60)
    assert not world.ready()
    world.edit_lab({service.part.key: FITS})
    await world.settle(world.ready, seconds=120)
    assert world.ready(), world.status()
    assert _volumes(world) == before, "no data lost"


async def test_three_brokers_that_no_node_can_hold_come_up_when_the_spec_is_corrected() -> None:
    world = World()
    world.add_lab({**PLAIN, "kafka": {"brokers": 3, **TOO_MUCH}})
    await world.settle(seconds=60)
    assert world.condition("KafkaReady")["reason"] == "Unschedulable"
    world.edit_lab({"kafka": FITS})
    await world.settle(world.ready, seconds=120)
    assert world.ready(), world.status()


def _no_such_class(kind: str, body: Mapping[str, Any]) -> str | None:
    """What admission says of every pod (Kubernetes, plugins Priority and RuntimeClass)."""
    spec = body.get("spec", {})
    if kind == "Pod" and spec.get("priorityClassName") == "lessons":
        return "pods is forbidden: no PriorityClass with name lessons was found"
    if kind == "Pod" and spec.get("runtimeClassName") == "lessons":
        return 'pods is forbidden: pod rejected: RuntimeClass "lessons" not found'
    return None


@pytest.mark.parametrize("ran", [False, True], ids=["new", "ran before"])
@pytest.mark.parametrize(
    ("wrong", "right", "reason"),
    [
        ({"nodeSelector": {"pool": "lessons"}}, {"pool": "teaching"}, "Unschedulable"),
        ({"priorityClassName": "lessons"}, None, "Refused"),
        ({"runtimeClassName": "lessons"}, None, "Refused"),
    ],
    ids=lambda found: next(iter(found)) if isinstance(found, dict) else "",
)
async def test_a_word_on_all_pods_that_no_node_or_nobody_knows_is_cured_by_the_correction_alone(
    wrong: dict[str, Any], right: Any, reason: str, ran: bool
) -> None:
    """Also of pods of Jobs, of which the template can never change."""
    world = World()
    world.server.admission.append(_no_such_class)
    (field,) = wrong
    world.add_lab({} if ran else {"pods": wrong})
    if ran:
        await world.settle(world.ready, seconds=120)
        before = _volumes(world)
        world.edit_lab({"pods": wrong, "inject": {"seed": 7}})
    await world.settle(seconds=120)
    ready = world.condition("Ready")
    assert (ready["status"], ready["reason"]) == ("False", reason), ready
    world.edit_lab({"pods": {field: right}})
    await world.settle(world.ready, seconds=240)
    assert world.ready(), world.condition("Ready")
    assert not ran or _volumes(world) == before, "no data lost"
    assert world.lies == []


@pytest.mark.provokes(Reason.CRASH_LOOP_BACK_OFF)
async def test_a_container_that_keeps_ending_gets_the_corrected_template() -> None:
    """As by a bad init script: the old pod never becomes ready, whatever the spec says by then."""
    world = World()
    state = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}
    world.controllers.trouble["postgresql"] = state
    world.add_lab({**PLAIN, "postgresql": {}})
    await world.settle(seconds=60)
    (old,) = world.names("Pod", "postgresql")
    uid = world.server.get("Pod", METEO.namespace, old)["metadata"]["uid"]
    assert world.condition("PostgresqlReady")["reason"] == "CrashLoopBackOff"
    world.edit_lab({"postgresql": {"initConfigMapName": "mended"}})
    await world.settle(seconds=10)
    assert world.server.get("Pod", METEO.namespace, old)["metadata"]["uid"] != uid
    world.controllers.trouble.clear()
    await world.settle(world.ready, seconds=60)
    assert world.ready()


async def test_a_pod_that_only_has_not_answered_yet_is_given_time() -> None:
    world = World()
    creating = {"waiting": {"reason": "ContainerCreating"}}
    world.controllers.trouble["influxdb"] = creating
    world.add_lab()
    await world.settle(seconds=20)
    (old,) = world.names("Pod", "influxdb")
    raw = world.server.objects["Pod", METEO.namespace, old]
    uid = raw["metadata"]["uid"]
    now = datetime.fromtimestamp(world.clock.time, UTC)
    raw["metadata"]["creationTimestamp"] = now.isoformat()
    world.server.set_status("Pod", METEO.namespace, old, {"phase": "Pending", "message": "seen"})
    world.edit_lab({"influxdb": FITS})
    await world.settle(seconds=PATIENCE_SECONDS / 2)
    assert world.server.get("Pod", METEO.namespace, old)["metadata"]["uid"] == uid
    await world.settle(seconds=PATIENCE_SECONDS)
    assert world.server.get("Pod", METEO.namespace, old)["metadata"]["uid"] != uid
