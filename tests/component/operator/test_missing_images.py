"""Images that an installation has not: no lab is Ready with a part left out in silence."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator import __version__
from streaminglab_operator.api import Reason
from streaminglab_operator.plan import Options
from streaminglab_operator.services import TABLE
from streaminglab_operator.services.images import own, unset
from tests.component.operator.test_services import PLAIN
from tests.fakes.world import World

BUNDLED = {"plugins": [{"name": "mongodb", "bundled": "mongodb"}]}


@pytest.mark.provokes(Reason.IMAGE_NOT_AVAILABLE)
async def test_an_image_that_cannot_be_had_keeps_the_lab_from_being_ready() -> None:
    world = World(options=Options({"kafka-ui": "none", "ksqldb": "none"}))
    world.add_lab({**PLAIN, "kafkaUI": {}, "ksqldb": {}, "toolbox": {}})
    await world.settle(lambda: world.condition("ToolboxReady").get("status") == "True", seconds=60)
    said = world.condition("KafkaUIReady")
    assert (said["status"], said["reason"]) == ("False", "ImageNotAvailable")
    assert "images.kafka-ui" in said["message"]
    assert "kafkaUI" in said["message"]
    assert world.names("Deployment") == ["meteo-toolbox"]
    assert not any(e["name"] == "kafka-ui" for e in world.status()["endpoints"])
    for kind, status in (("Ready", "False"), ("Stalled", "True"), ("Reconciling", "False")):
        whole = world.condition(kind)
        assert (whole["status"], whole["reason"]) in {
            (status, "ImageNotAvailable"), (status, "Stalled"),
        }  # fmt: skip
        assert "images.kafka-ui" in whole["message"]
    assert world.status()["phase"] == "Failed"


@pytest.mark.provokes(Reason.NOT_OFFERED)
async def test_a_part_that_is_not_offered_is_said_and_holds_nothing_up() -> None:
    options = Options({"kafka-ui": "none"}, not_offered=frozenset({"kafka-ui", "ksqldb"}))
    world = World(options=options)
    world.add_lab({**PLAIN, "kafkaUI": {}, "ksqldb": {}, "toolbox": {}})
    await world.settle(world.ready, seconds=60)
    said = world.condition("KafkaUIReady")
    assert (said["status"], said["reason"]) == ("False", "NotOffered")
    assert world.names("Deployment") == ["meteo-toolbox"]
    assert not any(e["name"] == "kafka-ui" for e in world.status()["endpoints"])
    ready = world.condition("Ready")["message"]
    assert "without kafka-ui, ksqldb, which this installation does not offer" in ready
    assert world.lies == []


async def test_a_usual_lab_without_an_image_of_its_page_says_how_to_do_without() -> None:
    """As an administrator's list of images of the version before has none."""
    world = World(options=Options(unset_images=frozenset({"page"})))
    world.add_lab()
    await world.settle(lambda: world.condition("DataFlowing").get("status") == "True", seconds=60)
    said = world.condition("PageReady")
    assert (said["status"], said["reason"]) == ("False", "ImageNotAvailable")
    assert "images.page " in said["message"]
    assert "set spec.page.enabled to false" in said["message"]
    assert not world.ready()
    assert world.condition("Ready")["message"] == said["message"]
    world.edit_lab({"page": {"enabled": False}})
    await world.settle(world.ready, seconds=60)
    assert world.condition("PageReady") == {}


async def test_a_usual_lab_is_ready_where_pages_are_not_offered() -> None:
    options = Options(unset_images=frozenset({"page"}), not_offered=frozenset({"page"}))
    world = World(options=options)
    world.add_lab()
    await world.settle(world.ready, seconds=60)
    assert world.condition("PageReady")["reason"] == "NotOffered"
    ready = world.condition("Ready")["message"]
    assert "without page, which this installation does not offer" in ready
    assert world.names("Deployment", "page") == []
    assert not any(e["name"] == "page" for e in world.status()["endpoints"])


async def test_an_image_taken_away_later_takes_nothing_down() -> None:
    world = World()
    world.add_lab({**PLAIN, "mongodb": {}})
    await world.settle(world.ready, seconds=60)
    world.options = Options({"mongodb": "none"})
    world.restart()
    await world.settle(seconds=60)
    assert world.names("StatefulSet", "mongodb") == ["meteo-mongodb"]
    assert not world.ready()


async def test_a_lab_heals_when_its_image_is_named() -> None:
    world = World(options=Options({"mongodb": "none"}))
    world.add_lab({**PLAIN, "mongodb": {}})
    await world.settle(seconds=60)
    assert not world.ready()
    world.options = Options({"mongodb": "mirror.example.org/mongo:8"})
    world.restart()
    await world.settle(world.ready, seconds=60)


@pytest.mark.parametrize(
    ("part", "key", "condition"),
    [
        ({"jupyter": {}}, "jupyter", "JupyterReady"),
        ({"connect": BUNDLED}, "connect-plugins", "ConnectReady"),
        ({}, "jobs", "TopicsReady"),
    ],
    ids=["own image", "bundled plugin", "core"],
)
async def test_an_own_image_that_nobody_named_is_said_with_what_to_set(
    part: dict[str, Any], key: str, condition: str
) -> None:
    world = World(options=Options(unset_images=frozenset({key})))
    world.add_lab({**PLAIN, **part})
    await world.settle(seconds=60)
    said = world.condition(condition)
    assert (said["status"], said["reason"]) == ("False", "ImageNotAvailable")
    assert f"images.{key} " in said["message"]
    ready = world.condition("Ready")
    assert (ready["status"], ready["message"]) == ("False", said["message"])


async def test_the_weather_without_its_image_says_so_too() -> None:
    world = World(options=Options({"influxdb": "none"}))
    world.add_lab({})
    await world.settle(seconds=60)
    assert world.condition("InfluxDBReady")["reason"] == "ImageNotAvailable"
    assert world.condition("Stalled")["status"] == "True"
    assert world.names("StatefulSet", "influxdb") == []


async def test_connect_without_bundled_plugins_needs_no_image_of_them() -> None:
    world = World(options=Options(unset_images=frozenset({"connect-plugins"})))
    world.add_lab({**PLAIN, "connect": {}})
    await world.settle(world.ready, seconds=60)


@pytest.mark.provokes(Reason.OTHER_CHART_VERSION)
async def test_a_chart_of_another_version_is_said_in_every_lab() -> None:
    world = World(options=Options(chart_version="9.9.9"))
    world.add_lab(PLAIN)
    await world.settle(world.ready, seconds=60)
    said = world.condition("InstallationFits")
    assert (said["status"], said["reason"]) == ("False", "OtherChartVersion")
    assert "9.9.9" in said["message"]
    assert __version__ in said["message"]
    world.options = Options(chart_version=__version__)
    world.restart()
    await world.settle(lambda: not world.condition("InstallationFits"), seconds=60)


def test_a_registry_names_all_own_images_but_the_one_that_no_chart_names() -> None:
    assert unset(TABLE, {}) == set(own(TABLE))
    assert unset(TABLE, {}, "registry.example.org") == {"connect-plugins"}
    assert unset(TABLE, {"connect-plugins": "a:1"}, "", "registry.example.org") == frozenset()
