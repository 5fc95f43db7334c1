"""Why a connector does not run, by one word for each kind of cause."""

from typing import Any

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.errors import ConnectError
from tests.fakes.cluster import encoded
from tests.fakes.connect import SINK
from tests.fakes.world import METEO, World

LINES: dict[str, Any] = {"name": "lines", "class": SINK, "config": {"topics": "test"}}


def spec_of(connector: dict[str, Any]) -> dict[str, Any]:
    return {
        "weather": False,
        "kafka": {"topics": [{"name": "test"}]},
        "connect": {"connectors": [connector]},
    }


async def running() -> World:
    """A lab whose only connector runs."""
    world = World()
    world.add_lab(spec_of(LINES))
    await world.settle(world.ready, seconds=120)
    return world


@pytest.mark.provokes(Reason.PLUGIN_MISSING)
async def test_a_class_that_no_plugin_has_is_told_with_those_that_are_there() -> None:
    world = World()
    world.add_lab(spec_of({**LINES, "class": "org.example.Unknown"}))
    await world.settle(seconds=60)
    said = world.condition("ConnectorsReady")
    assert (said["status"], said["reason"]) == ("False", "PluginMissing")
    assert "org.example.Unknown" in said["message"]
    assert SINK in said["message"]
    world.edit_lab({"connect": {"connectors": [LINES]}})
    await world.settle(world.ready, seconds=300)


@pytest.mark.provokes(Reason.SECRET_MISSING)
async def test_a_secret_that_is_not_there_is_named_and_the_connector_starts_when_it_comes() -> None:
    world = World()
    config = {"topics": "test", "connection.password": "${secret:database:password}"}
    world.add_lab(spec_of({**LINES, "config": config}))
    await world.settle(seconds=60)
    said = world.condition("ConnectorsReady")
    assert (said["status"], said["reason"]) == ("False", "SecretMissing")
    assert "the Secret database is not there (its key password is needed)" in said["message"]
    where = {"name": "database", "namespace": METEO.namespace}
    data = encoded({"password": "mine"})
    world.server.create({"kind": "Secret", "metadata": where, "data": data}, "kubectl")
    world.connect.secrets["database", "password"] = "mine"
    await world.settle(world.ready, seconds=300)


@pytest.mark.provokes(Reason.CONNECTOR_FAILED)
async def test_a_connector_that_failed_is_told_with_its_trace_and_started_anew() -> None:
    world = await running()
    world.connect.connectors_there["lines"].fail()
    await world.settle(lambda: not world.ready(), seconds=60)
    said = world.condition("ConnectorsReady")
    assert (said["status"], said["reason"]) == ("False", "ConnectorFailed")
    assert "java.lang.IllegalStateException: broken" in said["message"]
    await world.settle(world.ready, seconds=300)
    assert "restart lines" in world.connect.calls


@pytest.mark.provokes(Reason.CONNECT_UNREACHABLE)
async def test_a_connect_that_does_not_answer_leaves_unknown_how_the_connectors_are() -> None:
    world = await running()
    world.connect.down = ConnectError(0, "Connect does not answer: timed out")
    world.wake(METEO)
    await world.settle(lambda: not world.ready(), seconds=120)
    said = world.condition("ConnectorsReady")
    assert (said["status"], said["reason"]) == ("Unknown", "ConnectUnreachable")
    assert "does not answer" in said["message"]
    world.connect.down = None
    await world.settle(world.ready, seconds=300)
