"""The machine's clock is set, by NTP or by hand, while the operator waits: no wait gets longer."""

import pytest

from streaminglab_operator.observed import timestamp
from streaminglab_operator.reconcile.lab_secret import LOOK_SECONDS
from streaminglab_operator.reconcile.obstacles import RETRY_SECONDS
from streaminglab_operator.reconcile.steps.set_up import MAX_RETRY_SECONDS
from tests.fakes.world import METEO, World

HOUR = 3600.0
JUMPS = pytest.mark.parametrize("ahead", [-HOUR, HOUR], ids=["back", "forth"])
SECRET = ("Secret", METEO.namespace, "meteo-credentials")


@JUMPS
async def test_a_set_up_that_failed_is_tried_again_in_time(ahead: float) -> None:
    world = World()
    world.influxdb.down = True
    world.add_lab()
    await world.settle(seconds=130)
    world.clock.ahead = ahead
    world.influxdb.down = False
    await world.settle(lambda: bool(world.names("Job")), seconds=MAX_RETRY_SECONDS)
    await world.settle(world.ready, seconds=60)


@JUMPS
async def test_an_object_that_was_refused_is_tried_again_in_time(ahead: float) -> None:
    world = World()
    no = {"Service": "no Services today"}
    world.server.admission.append(lambda kind, _: no.get(kind))
    world.add_lab()
    await world.settle(seconds=30)
    assert world.names("Service") == []
    world.clock.ahead = ahead
    world.server.admission.clear()
    await world.settle(lambda: bool(world.names("Service")), seconds=RETRY_SECONDS)
    await world.settle(world.ready, seconds=60)


@JUMPS
async def test_credentials_are_looked_at_in_time(world: World, ahead: float) -> None:
    before = world.server.objects.pop(SECRET)
    world.clock.ahead = ahead
    await world.settle(lambda: SECRET in world.server.objects, seconds=LOOK_SECONDS)
    assert world.server.objects[SECRET]["data"] == before["data"]


@JUMPS
async def test_the_status_has_the_time_that_people_have(ahead: float) -> None:
    world = World()
    world.clock.ahead = ahead
    world.add_lab()
    await world.settle(world.ready, seconds=60)
    since = timestamp(world.condition("Ready")["lastTransitionTime"])
    assert since is not None
    assert 0 <= world.clock.wall() - since <= 60
