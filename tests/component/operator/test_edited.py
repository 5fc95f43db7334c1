"""A lab that somebody edits again and again, and one that another operator manages too."""

from typing import Any

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.names import LabKey
from tests.fakes.world import METEO, NAMESPACE, World


def _config_map(world: World) -> dict[str, Any]:
    return world.server.get("ConfigMap", NAMESPACE, world.names("ConfigMap", "kafka")[0])


def _spoil(world: World, number: int, **annotations: str) -> None:
    change = {"data": dict.fromkeys(_config_map(world)["data"], f"spoilt {number}")}
    metadata = {"annotations": {f"streaminglab.dev/{k}": v for k, v in annotations.items()}}
    name = _config_map(world)["metadata"]["name"]
    world.server.edit("ConfigMap", NAMESPACE, name, change | {"metadata": metadata}, "vandal")


async def _fought(world: World, seconds: int, **annotations: str) -> int:
    """Somebody spoils an object each second; how often the operator repaired it."""
    before = len(world.writes.done)
    for number in range(seconds):
        _spoil(world, number, **annotations)
        await world.settle(seconds=1)
    return len(world.writes.done) - before


@pytest.mark.provokes(Reason.EDITED_TOO_OFTEN)
async def test_an_object_that_is_spoilt_each_second_is_repaired_ever_more_slowly_and_it_is_said(
    world: World,
) -> None:
    written = await _fought(world, 120)
    assert written < 60
    said = world.condition("Ready")
    assert (said["status"], said["reason"]) == ("False", "EditedTooOften")
    assert "times in the last minute, ConfigMap" in said["message"]
    assert "EditedTooOften" in {event.reason for event in world.cluster.published}
    await world.settle(seconds=180)
    assert world.ready(), world.status()
    assert "spoilt" not in str(_config_map(world)["data"])


async def test_a_spec_that_is_edited_all_the_time_is_rendered_seldom_and_followed_at_last(
    world: World,
) -> None:
    world.helm.asked.clear()
    for number in range(200):
        world.edit_lab({"inject": {"seed": 1000 + number}})
        await world.settle(seconds=0.1)
    assert world.helm.asked.count("lab-job") <= 60
    said = world.condition("Ready")
    assert said["reason"] == "EditedTooOften", said
    await world.settle(seconds=240)
    assert world.ready(), world.status()
    assert world.status()["observedGeneration"] == 201


async def test_a_few_edits_by_hand_are_answered_at_once(world: World) -> None:
    for number in range(3):
        world.edit_lab({"inject": {"seed": 1000 + number}})
        await world.settle(seconds=3)
        assert world.condition("Ready")["reason"] != "EditedTooOften"
        assert world.status()["observedGeneration"] == 2 + number


async def test_deleting_all_objects_of_a_lab_is_one_edit(world: World) -> None:
    for kind in ("Service", "ConfigMap", "NetworkPolicy", "StatefulSet", "Deployment"):
        for name in world.names(kind):
            world.server.delete(kind, NAMESPACE, name)
            await world.settle(lambda: True)
    await world.settle(seconds=60)
    assert world.ready(), world.status()
    reasons = {c["reason"] for s in world.cluster.statuses for c in s["conditions"]}
    assert "EditedTooOften" not in reasons


async def test_a_neighbour_of_such_a_lab_is_answered_at_once(world: World) -> None:
    await _fought(world, 30)
    neighbour = LabKey("user-bob", "meteo")
    world.add_lab({"profile": "nano"}, namespace=neighbour.namespace)
    await world.settle(seconds=60)
    assert world.ready(neighbour)


@pytest.mark.provokes(Reason.OTHER_OPERATOR)
async def test_an_operator_whose_writes_another_one_overwrites_stops_and_says_so(
    world: World,
) -> None:
    rival = {"operator": "elsewhere"}
    for number in range(10):
        _spoil(world, number, **rival)
        await world.settle(seconds=5)
    said = world.condition("Stalled")
    assert (said["status"], said["reason"]) == ("True", "OtherOperator")
    assert "operator of namespace elsewhere" in said["message"]
    before = len([w for w in world.writes.done if "status" not in str(w)])
    for number in range(10):
        _spoil(world, number, **rival)
        await world.settle(seconds=20)
    assert len([w for w in world.writes.done if "status" not in str(w)]) == before


async def test_when_the_other_operator_has_gone_the_lab_is_looked_after_again(
    world: World,
) -> None:
    for number in range(10):
        _spoil(world, number, operator="elsewhere")
        await world.settle(seconds=5)
    await world.settle(seconds=1300)
    assert world.ready(), world.status()
    assert METEO in world.store._labs


async def test_the_name_of_an_operator_that_was_here_before_is_no_fight(world: World) -> None:
    world.options = type(world.options)(operator_namespace="moved")
    world.restart()
    await world.settle(seconds=120)
    assert world.ready(), world.status()
    _spoil(world, 1)
    await world.settle(seconds=60)
    annotations = _config_map(world)["metadata"]["annotations"]
    assert annotations["streaminglab.dev/operator"] == "moved"
    reasons = {c["reason"] for s in world.cluster.statuses for c in s["conditions"]}
    assert "OtherOperator" not in reasons
