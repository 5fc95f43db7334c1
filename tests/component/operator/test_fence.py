"""What is said where nothing closes a lab, and that a try costs next to nothing."""

from __future__ import annotations

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.plan import Options
from streaminglab_operator.reconcile.steps.fence import SECONDS
from tests.component.operator.test_services import PLAIN
from tests.fakes.world import NAMESPACE, World

KIND = "NetworkClosed"
KAFKA = ("meteo-kafka.user-alice.svc", 9092)


async def brought_up(world: World) -> World:
    world.add_lab(PLAIN)
    await world.settle(world.ready, seconds=60)
    await world.settle(seconds=60)
    return world


@pytest.mark.provokes(Reason.NOT_ENFORCED)
async def test_a_cluster_that_enforces_no_network_policy_is_told_and_the_lab_is_ready() -> None:
    world = World()
    world.doors.open = True
    await brought_up(world)
    said = world.condition(KIND)
    assert (said["status"], said["reason"]) == ("False", "NotEnforced")
    assert world.ready()
    world.doors.open = False
    await world.settle(lambda: not world.condition(KIND), seconds=SECONDS + 60)
    assert world.doors.tried == (KAFKA, KAFKA)


async def test_where_it_is_enforced_nothing_is_said_and_each_lab_is_tried_once_an_hour() -> None:
    world = await brought_up(World())
    assert world.condition(KIND) == {}
    world.edit_lab({"toolbox": {}})
    await world.settle(seconds=120)
    assert world.doors.tried == (KAFKA,)


async def test_a_lab_in_the_operators_own_namespace_is_not_tried() -> None:
    world = World(options=Options(operator_namespace=NAMESPACE))
    world.doors.open = True
    await brought_up(world)
    assert (world.doors.tried, world.condition(KIND)) == ((), {})


async def test_a_lab_at_rest_says_nothing_of_it() -> None:
    world = World()
    world.doors.open = True
    await brought_up(world)
    world.edit_lab({"suspend": True})
    await world.settle(lambda: not world.condition(KIND), seconds=120)
