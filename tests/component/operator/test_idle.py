"""What an unchanged lab costs: nothing, also after a restart."""

from streaminglab_operator.reconcile.lab_secret import LOOK_SECONDS
from tests.fakes.world import METEO, World


async def _settled(spec: dict[str, object] | None = None) -> World:
    world = World()
    world.add_lab(spec)
    await world.settle(seconds=60)
    assert world.ready()
    world.writes.done.clear()
    return world


async def test_an_unchanged_lab_costs_no_write() -> None:
    world = await _settled()
    for _ in range(3):
        world.wake(METEO)
        await world.settle()
    assert world.writes.done == []


async def test_a_quiet_lab_is_looked_at_for_its_credentials_alone() -> None:
    world = await _settled()
    passes = world.passes
    await world.settle(seconds=3600)
    assert world.passes - passes <= 3600 / LOOK_SECONDS
    assert world.writes.done == []


async def test_after_a_restart_an_unchanged_lab_costs_no_write() -> None:
    world = await _settled()
    world.restart()
    await world.settle()
    assert world.writes.done == []
    assert world.ready()


async def test_after_a_restart_an_edit_made_meanwhile_is_taken_back() -> None:
    world = await _settled()
    change = {"spec": {"ports": None}}
    world.server.edit("Service", METEO.namespace, "meteo-influxdb", change, "kubectl-edit")
    world.restart()
    await world.settle()
    assert world.server.get("Service", METEO.namespace, "meteo-influxdb")["spec"]["ports"]
    world.writes.done.clear()
    world.restart()
    await world.settle()
    assert world.writes.done == []


async def test_after_a_restart_what_was_deleted_meanwhile_is_made_again() -> None:
    world = await _settled()
    world.server.delete("ConfigMap", METEO.namespace, "meteo-kafka")
    world.restart()
    await world.settle()
    assert "meteo-kafka" in world.names("ConfigMap")


async def test_another_managers_label_costs_no_write_and_stays() -> None:
    world = await _settled()
    change = {"metadata": {"labels": {"team": "blue"}}}
    world.server.edit("StatefulSet", METEO.namespace, "meteo-kafka-0", change, "kubectl-label")
    await world.settle()
    assert world.writes.done == []
    labels = world.server.get("StatefulSet", METEO.namespace, "meteo-kafka-0")["metadata"]["labels"]
    assert labels["team"] == "blue"


async def test_two_labs_of_the_same_shape_cost_one_render_for_each_chart() -> None:
    world = World()
    world.add_lab(namespace="user-alice")
    await world.settle()
    asked = list(world.helm.asked)
    assert len(asked) == len(set(asked)) + 3, "kafka, influxdb, telegraf, and lab-job four times"
    world.add_lab(name="wetter", namespace="user-bob")
    await world.settle()
    assert world.helm.asked == asked
