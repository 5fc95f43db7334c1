"""Services without a cluster IP, and the Services of labs that were made when they had one."""

from tests.fakes.world import METEO, World

OLD = "10.96.0.9"
NAMED = ("influxdb", "kafka", "page", "meteo-influxdb", "meteo-kafka", "meteo-page")


def _made_before(world: World) -> None:
    """The lab as an operator made it whose Services had cluster IPs; a new operator starts."""
    for raw in world.server.find("Service"):
        if "controller" not in [port["name"] for port in raw["spec"]["ports"]]:
            raw["spec"]["clusterIP"] = OLD
            raw["spec"].pop("publishNotReadyAddresses", None)
            raw["metadata"]["annotations"]["streaminglab.dev/digest"] = "of-another-version"
    world.restart()


def _cluster_ips(world: World) -> dict[str, str]:
    return {s["metadata"]["name"]: s["spec"]["clusterIP"] for s in world.server.find("Service")}


async def test_a_lab_takes_no_cluster_ip(world: World) -> None:
    assert _cluster_ips(world) == dict.fromkeys([*NAMED, "meteo-kafka-0", "meteo-telegraf"], "None")


async def test_the_services_of_an_older_lab_keep_their_addresses_and_are_not_made_anew(
    world: World,
) -> None:
    before = {s["metadata"]["uid"] for s in world.server.find("Service")}
    _made_before(world)
    await world.settle(seconds=60)
    assert world.ready(), world.status()
    assert {s["metadata"]["uid"] for s in world.server.find("Service")} == before
    assert _cluster_ips(world) == {
        **dict.fromkeys(NAMED, OLD),
        "meteo-kafka-0": "None",
        "meteo-telegraf": OLD,
    }
    kept = world.server.get("Service", METEO.namespace, "meteo-kafka")
    assert "publishNotReadyAddresses" not in kept["spec"]
    assert kept["metadata"]["annotations"]["streaminglab.dev/digest"] != "of-another-version"


async def test_what_was_kept_is_at_rest_also_after_a_restart(world: World) -> None:
    _made_before(world)
    await world.settle(seconds=60)
    world.restart()
    await world.settle(seconds=60)
    assert [w for w in world.writes.done if w.startswith("apply")] == []


async def test_an_edit_of_a_kept_service_is_taken_back(world: World) -> None:
    _made_before(world)
    await world.settle(seconds=60)
    world.server.edit("Service", METEO.namespace, "kafka", {"spec": {"ports": None}}, "somebody")
    await world.settle(seconds=60)
    spec = world.server.get("Service", METEO.namespace, "kafka")["spec"]
    assert (spec["clusterIP"], spec["ports"][0]["port"]) == (OLD, 9092)


async def test_a_kept_service_that_is_deleted_comes_back_headless(world: World) -> None:
    _made_before(world)
    await world.settle(seconds=60)
    world.server.delete("Service", METEO.namespace, "kafka")
    await world.settle(seconds=60)
    assert _cluster_ips(world)["kafka"] == "None"
