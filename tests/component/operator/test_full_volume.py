"""A volume is full: what the server writes to its log before it ends is what the lab says."""

from typing import Any

import pytest

from tests.fakes.world import METEO, World

LOGS = {
    "kafka": (
        "[2026-11-27 08:00:00,001] ERROR Error while appending records to weather-0 in dir "
        "/var/lib/kafka/data (org.apache.kafka.storage.internals.log.LogDirFailureChannel)\n"
        "java.io.IOException: No space left on device\n"
        "\tat java.base/sun.nio.ch.UnixFileDispatcherImpl.write0(Native Method)\n"
        "[2026-11-27 08:00:00,010] ERROR Shutdown broker because all log dirs in "
        "/var/lib/kafka/data have failed (kafka.log.LogManager)\n"
    ),
    "influxdb": (
        'ts=2026-11-27T08:00:00.001Z lvl=info msg="Welcome to InfluxDB" log_id=0x version=v2.7.12\n'
        'ts=2026-11-27T08:00:00.010Z lvl=error msg="Failed to open the KV store" log_id=0x '
        'error="write /var/lib/influxdb2/influxd.bolt: no space left on device"\n'
    ),
}


def _ended(log: str) -> dict[str, Any]:
    return {"terminated": {"reason": "Error", "exitCode": 1, "message": log}}


@pytest.mark.parametrize("component", LOGS)
async def test_a_full_volume_is_named_and_the_lab_heals_when_there_is_room(
    world: World, component: str
) -> None:
    (pod,) = world.names("Pod", component)
    world.controllers.trouble[component] = _ended(LOGS[component])
    world.server.delete("Pod", METEO.namespace, pod)
    await world.settle(lambda: "no space left" in _said(world), seconds=10)
    assert pod in _said(world)
    assert world.condition("Ready")["status"] == "False"
    writes = len(world.writes.done)
    await world.settle(seconds=300)
    assert len(world.writes.done) - writes <= 2, "to write more helps nobody"
    world.controllers.trouble.clear()
    world.server.delete("Pod", METEO.namespace, pod)
    await world.settle(world.ready, seconds=60)


def _said(world: World) -> str:
    return str(world.condition("Ready")["message"]).replace("No space", "no space")
