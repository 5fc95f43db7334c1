"""A lab whose pods are ready in one second and not in the next."""

from streaminglab_operator.reconcile.flaps import FREE_FLAPS, MAX_DELAY, WINDOW_SECONDS
from streaminglab_operator.reconcile.reporting import MOST_EVENTS, SELDOM
from tests.fakes.world import METEO, NAMESPACE, World


async def _flap(world: World, seconds: int, component: str = "kafka") -> None:
    """A pod is not ready for a moment, each second; the operator sees both."""
    for _ in range(seconds):
        name = world.names("Pod", component)[0]
        status = dict(world.server.get("Pod", NAMESPACE, name)["status"])
        others = [c for c in status["conditions"] if c["type"] != "Ready"]
        status["conditions"] = [*others, {"type": "Ready", "status": "False"}]
        world.server.set_status("Pod", NAMESPACE, name, status)
        world.deliver()
        await world.work()
        await world.settle(seconds=1)


async def test_it_is_left_alone_ever_longer_and_says_so(world: World) -> None:
    await _flap(world, FREE_FLAPS)
    assert world.ready(), world.status()
    before = world.passes
    await _flap(world, 120)
    assert world.passes - before < 40
    said = {
        condition["message"]
        for status in world.cluster.statuses
        for condition in status["conditions"]
        if (condition["type"], condition["status"]) == ("Ready", "False")
    }
    assert any("KafkaReady was lost 6 times in the last 5 minutes" in words for words in said), said


async def test_when_that_ends_it_is_looked_after_as_before(world: World) -> None:
    await _flap(world, 60)
    await world.settle(seconds=MAX_DELAY)
    assert world.ready(), world.status()
    await world.settle(seconds=2 * WINDOW_SECONDS)
    assert "was lost" not in str(world.status())
    await _flap(world, 1)
    before = world.passes
    await _flap(world, 1)
    assert world.passes > before


async def test_its_events_are_few_and_the_last_one_says_so(world: World) -> None:
    before = len(world.cluster.published)
    for _ in range(40):
        await _flap(world, 1)
        await world.settle(seconds=MAX_DELAY)
    published = world.cluster.published[before:]
    assert len(published) <= MOST_EVENTS + 40 * (MAX_DELAY + 1) / 30
    assert any(event.message.endswith(SELDOM) for event in published)


async def test_an_edit_of_such_a_lab_is_in_force_within_its_wait(world: World) -> None:
    await _flap(world, 60)
    world.edit_lab({"inject": {"seed": 1000}})
    await world.settle(seconds=MAX_DELAY)
    assert world.status()["observedGeneration"] == 2


async def test_a_few_losses_are_told_at_once(world: World) -> None:
    for _ in range(FREE_FLAPS):
        before = len(world.cluster.statuses)
        await _flap(world, 1)
        said = [
            c["status"]
            for status in world.cluster.statuses[before:]
            for c in status["conditions"]
            if c["type"] == "KafkaReady"
        ]
        assert "False" in said
    assert world.ready(METEO)
