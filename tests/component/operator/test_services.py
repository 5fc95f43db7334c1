"""The optional services of a lab: they come, are told of, and go."""

import asyncio
import base64
import json
from typing import Any

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.names import SEALS_ANNOTATION
from streaminglab_operator.observed import Observed
from streaminglab_operator.plan import Options
from streaminglab_operator.plan.ingress import IngressPolicy
from streaminglab_operator.plan.seals import Keeper
from streaminglab_operator.ports import ObjectToApply
from streaminglab_operator.services import OPTIONAL, Service
from tests.fakes.cluster import encoded
from tests.fakes.connect import SINK
from tests.fakes.truth import objects_of
from tests.fakes.world import METEO, World
from tests.labs import NO_PAGE, without

EVERY: dict[str, Any] = {service.part.key: {} for service in OPTIONAL}
PLAIN: dict[str, Any] = {**NO_PAGE, "weather": False, "kafka": {"topics": [{"name": "test"}]}}


def spec_of(service: Service[Any]) -> dict[str, Any]:
    """The smallest lab with this service."""
    needed: dict[str, Any] = {r.key: True if r.key == "weather" else {} for r in service.requires}
    return {**PLAIN, service.part.key: {}, **needed}


@pytest.mark.parametrize("service", OPTIONAL, ids=lambda s: s.component)
async def test_a_service_comes_up_with_its_own_condition_goes_and_comes_back(
    service: Service[Any],
) -> None:
    world = World()
    world.add_lab(spec_of(service))
    await world.settle(world.ready, seconds=60)
    assert world.condition(service.condition_type)["status"] == "True"
    part = next(p for p in world.status()["components"] if p["name"] == service.component)
    assert part["ready"] == "1/1"
    assert world.names(service.kind, service.component) == [f"meteo-{service.component}"]
    there = _objects(world, service.component)
    world.edit_lab({service.part.key: without(service)})
    await world.settle(seconds=60)
    assert _objects(world, service.component) == set()
    assert world.condition(service.condition_type) == {}
    assert world.ready()
    world.edit_lab({service.part.key: {"enabled": True} if service.part.by_default else {}})
    await world.settle(seconds=60)
    assert _objects(world, service.component) == there
    assert world.condition(service.condition_type)["status"] == "True"
    assert world.ready()


def _objects(world: World, component: str) -> set[tuple[str, str]]:
    """Kind and name of all that is there of a component, but its pods."""
    component_of = "app.kubernetes.io/component"
    return {
        (kind, raw["metadata"]["name"])
        for (kind, _, _), raw in world.server.objects.items()
        if kind != "Pod" and raw["metadata"].get("labels", {}).get(component_of) == component
    }


async def test_a_lab_without_the_weather_is_kafka_and_its_topics() -> None:
    world = World()
    world.add_lab(PLAIN)
    await world.settle(world.ready, seconds=60)
    assert [p["name"] for p in world.status()["components"]] == ["kafka", "init"]
    assert world.names("Deployment") == []
    assert world.condition("DataFlowing") == {}
    assert world.lies == []


async def test_everything_at_once_is_ready_and_then_costs_no_write() -> None:
    world = World()
    world.add_lab(EVERY)
    await world.settle(world.ready, seconds=120)
    await world.settle(seconds=60)
    world.writes.done.clear()
    world.wake(METEO)
    await world.settle(seconds=30)
    assert world.writes.done == []
    assert world.lies == []
    assert world.errors == []


@pytest.mark.provokes(Reason.WAITING_FOR_COMPONENTS)
async def test_a_service_that_waits_says_for_what() -> None:
    world = World()
    world.controllers.trouble["kafka"] = {"waiting": {"reason": "ContainerCreating"}}
    world.add_lab({**PLAIN, "connect": {}})
    await world.settle(seconds=5)
    said = world.condition("ConnectReady")
    assert said["reason"] == "WaitingForComponents"
    assert "kafka" in said["message"]


@pytest.mark.parametrize("service", [s for s in OPTIONAL if s.drawn], ids=lambda s: s.component)
async def test_a_service_gets_a_password_that_stands_in_the_secret_alone(
    service: Service[Any],
) -> None:
    world = World()
    world.add_lab(spec_of(service))
    await world.settle(world.ready, seconds=60)
    secret = world.server.get("Secret", METEO.namespace, "meteo-credentials")
    assert set(service.drawn) <= secret["data"].keys()
    everything = json.dumps([raw for kind in _KINDS for raw in world.server.find(kind)])
    for key in service.drawn:
        value = base64.b64decode(secret["data"][key]).decode()
        assert len(value) >= 32
        assert value not in everything


_KINDS = (
    "StreamingLab",
    "Pod",
    "ConfigMap",
    "StatefulSet",
    "Deployment",
    "Job",
    "Event",
    "Service",
)


@pytest.mark.parametrize(
    "service", [s for s in OPTIONAL if s.drawn and s.restarts], ids=lambda s: s.component
)
async def test_a_password_that_changes_restarts_only_who_reads_it(service: Service[Any]) -> None:
    key = service.drawn[0]
    world = World()
    world.add_lab({**spec_of(service), "mongodb": {}, "jupyter": {}, "toolbox": {}})
    await world.settle(world.ready, seconds=120)
    before = _templates(world)
    _written_by_the_operator(world, key, "new")
    await world.settle(seconds=1200)
    after = _templates(world)
    # The address that a client is told holds the password.
    readers = {"meteo-jupyter", "meteo-toolbox"} if service.secret_env else set()
    changed = {k for k in before if before[k] != after[k]}
    assert changed == {f"meteo-{service.component}", *readers}


def _written_by_the_operator(world: World, key: str, value: str) -> None:
    """A value that counts, because it is sealed: what anybody else writes is taken back."""
    keeper = Keeper(world.master, METEO)
    where = ("Secret", METEO.namespace, "meteo-credentials")
    raw = world.server.get(*where)
    values = {k: base64.b64decode(v).decode() for k, v in raw["data"].items()} | {key: value}
    sealed = keeper.read(raw["metadata"]["annotations"][SEALS_ANNOTATION])
    assert sealed is not None
    notes = {SEALS_ANNOTATION: keeper.write(sealed, values)}
    change = {"metadata": {"annotations": notes}, "data": encoded(values)}
    world.server.edit(*where, change, "streaminglab-operator")


def _templates(world: World) -> dict[str, str]:
    return {
        raw["metadata"]["name"]: json.dumps(raw["spec"]["template"], sort_keys=True)
        for kind in ("StatefulSet", "Deployment")
        for raw in world.server.find(kind)
    }


CONNECTOR = {"name": "lines", "class": SINK, "config": {"topics": "test"}}


@pytest.mark.provokes(Reason.NOT_RUNNING, Reason.WAITING_FOR_CONNECT)
async def test_declared_connectors_run_are_told_of_and_go() -> None:
    world = World()
    world.add_lab({**PLAIN, "connect": {"connectors": [CONNECTOR]}})
    await world.settle(world.ready, seconds=120)
    assert world.condition("ConnectorsReady")["status"] == "True"
    [shown] = world.status()["connectors"]
    assert (shown["name"], shown["state"], shown["managed"]) == ("lines", "RUNNING", True)
    world.connect.add("mine", {"connector.class": SINK, "topics": "test"})
    await world.settle(seconds=30)
    assert {c["name"]: c["managed"] for c in world.status()["connectors"]} == {
        "lines": True,
        "mine": False,
    }
    world.edit_lab({"connect": {"connectors": []}})
    await world.settle(seconds=60)
    assert list(world.connect.connectors_there) == ["mine"]


@pytest.mark.provokes(Reason.TASK_FAILED)
async def test_a_failed_task_shows_within_fifteen_seconds_and_heals() -> None:
    world = World()
    world.add_lab({**PLAIN, "connect": {"connectors": [CONNECTOR]}})
    await world.settle(world.ready, seconds=120)
    connector = world.connect.connectors_there["lines"]
    connector.whole = False
    connector.fail()
    failed_at = world.clock.time
    await world.settle(lambda: not world.ready(), seconds=60)
    assert world.clock.time - failed_at <= 15
    assert "broken" in world.condition("ConnectorsReady")["message"]
    await world.settle(world.ready, seconds=300)


@pytest.mark.provokes(Reason.CONFIG_INVALID)
async def test_a_bad_option_is_named_and_the_rest_of_the_lab_untouched() -> None:
    world = World()
    world.add_lab({**PLAIN, "connect": {"connectors": [{**CONNECTOR, "config": {}}]}})
    await world.settle(seconds=60)
    said = world.condition("ConnectorsReady")
    assert (said["status"], said["reason"]) == ("False", "ConfigInvalid")
    assert "topics" in said["message"]
    assert world.condition("ConnectReady")["status"] == "True"
    assert world.condition("KafkaReady")["status"] == "True"


INGRESS = {"ingress": {"className": "public", "domain": "lab.example.org"}}


async def test_pages_have_host_names_in_one_ingress_and_in_the_status() -> None:
    world = World()
    world.add_lab({**PLAIN, "kafkaUI": {}, "jupyter": {}, "schemaRegistry": {}, "access": INGRESS})
    await world.settle(world.ready, seconds=60)
    [ingress] = world.server.find("Ingress")
    assert [rule["host"] for rule in ingress["spec"]["rules"]] == [
        "user-alice-meteo-kafka-ui.lab.example.org",
        "user-alice-meteo-jupyter.lab.example.org",
    ], "a service without a login has a page only where the spec names its host"
    assert {u["name"] for u in world.status()["urls"]} == {"kafka-ui", "jupyter"}
    assert world.condition("AccessReady")["status"] == "True"


@pytest.mark.provokes(Reason.NO_ADDRESS)
async def test_a_page_that_nobody_serves_is_listed_when_that_changes_and_not_when_it_is_lost() -> (
    None
):
    world = World()
    world.controllers.serves = False
    world.add_lab({**PLAIN, "kafkaUI": {}, "access": INGRESS})
    await world.settle(world.ready, seconds=60)
    said = world.condition("AccessReady")
    assert (said["status"], said["reason"]) == ("False", "NoAddress")
    assert "IngressClass public" in said["message"]
    assert said["message"] in world.condition("Ready")["message"]
    assert not world.status().get("urls")
    world.controllers.serves = True
    await world.settle(lambda: bool(world.status().get("urls")), seconds=60)
    assert [u["name"] for u in world.status()["urls"]] == ["kafka-ui"]
    world.controllers.serves = False
    await world.settle(seconds=60)
    assert world.condition("AccessReady")["reason"] == "NoAddress"
    assert not world.status().get("urls")


async def test_where_controllers_report_no_address_a_page_is_listed_with_its_ingress() -> None:
    world = World(options=Options(ingress=IngressPolicy(reports_addresses=False)))
    world.controllers.serves = False
    world.add_lab({**PLAIN, "kafkaUI": {}, "access": INGRESS})
    await world.settle(world.ready, seconds=60)
    assert [u["name"] for u in world.status()["urls"]] == ["kafka-ui"]


@pytest.mark.provokes(Reason.NODE_PORT_REFUSED)
async def test_a_node_port_of_a_neighbour_leaves_the_rest_of_kafka_and_is_cured_by_the_spec() -> (
    None
):
    taken = "spec.ports[0].nodePort: Invalid value: 30092: provided port is already allocated"
    world = World()
    world.server.admission.append(
        lambda kind, body: taken if kind == "Service" and "30092" in json.dumps(body) else None
    )
    way = {"kafka": {"nodePort": {"host": "2001:db8::9", "ports": [30092]}}}
    world.add_lab({**PLAIN, "access": way})
    await world.settle(seconds=60)
    said = world.condition("KafkaReady")
    assert (said["status"], said["reason"]) == ("False", "NodePortRefused")
    assert "write another one" in said["message"]
    assert [e["address"] for e in world.status()["endpoints"]] == ["kafka:9092"]
    way["kafka"]["nodePort"]["ports"] = [30093]
    world.edit_lab({"access": way})
    await world.settle(world.ready, seconds=60)
    outside = {e["name"]: e["address"] for e in world.status()["endpoints"]}
    assert outside["kafka-via-nodeport"] == "[2001:db8::9]:30093"


async def test_somebody_elses_ingress_is_let_in_and_its_addresses_shown() -> None:
    world = World()
    ingress = {**INGRESS["ingress"], "external": True, "tls": True}
    world.add_lab({**PLAIN, "kafkaUI": {}, "access": {"ingress": ingress}})
    await world.settle(world.ready, seconds=60)
    assert world.server.find("Ingress") == []
    [url] = world.status()["urls"]
    assert url["url"] == "https://user-alice-meteo-kafka-ui.lab.example.org/"
    assert world.condition("AccessReady")["status"] == "True"
    [policy] = [
        p for p in world.server.find("NetworkPolicy") if p["metadata"]["name"] == "meteo-kafka-ui"
    ]
    peers = policy["spec"]["ingress"][0]["from"]
    assert {"podSelector": {}, "namespaceSelector": {}} in peers


async def test_an_ingress_that_becomes_somebody_elses_is_taken_away() -> None:
    world = World()
    world.add_lab({**PLAIN, "kafkaUI": {}, "access": INGRESS})
    await world.settle(world.ready, seconds=60)
    assert len(world.server.find("Ingress")) == 1
    world.edit_lab({"access": {"ingress": {"external": True}}})
    await world.settle(seconds=60)
    assert world.server.find("Ingress") == []
    assert world.ready()


@pytest.mark.provokes(Reason.HOST_TAKEN)
async def test_a_host_name_belongs_to_the_older_lab_and_goes_on_to_the_next() -> None:
    world = World()
    hosts = {"ingress": {**INGRESS["ingress"], "hosts": {"kafkaUI": "kafka.lab.example.org"}}}
    spec = {**PLAIN, "kafkaUI": {}, "access": hosts}
    world.add_lab(spec)
    await world.settle(world.ready, seconds=60)
    world.clock.time += 10
    other = world.add_lab(spec, name="zweite")
    await world.settle(seconds=60)
    said = world.condition("AccessReady", other)
    assert said["reason"] == "HostTaken"
    assert "kafka.lab.example.org" in said["message"]
    assert "meteo" not in said["message"], "whose it is is nobody's business in another namespace"
    assert world.condition("KafkaUIReady", other)["status"] == "True"
    assert world.ready(), "the older lab is untouched"
    uid = world.server.get("StreamingLab", METEO.namespace, METEO.name)["metadata"]["uid"]
    world.server.delete("StreamingLab", METEO.namespace, METEO.name)
    world.store.lab_gone(METEO, uid)
    await world.settle(lambda: world.ready(other), seconds=60)


async def test_a_labs_own_host_name_beats_an_older_claim_from_another_namespace() -> None:
    world = World()
    own = "user-alice-meteo-kafka-ui.lab.example.org"
    claim = {"ingress": {**INGRESS["ingress"], "hosts": {"kafkaUI": own}}}
    squatter = world.add_lab(
        {**PLAIN, "kafkaUI": {}, "access": claim}, name="frueher", namespace="tenant-a"
    )
    await world.settle(lambda: world.ready(squatter), seconds=60)
    world.clock.time += 10
    world.add_lab({**PLAIN, "kafkaUI": {}, "access": INGRESS})
    await world.settle(world.ready, seconds=60)
    (rule,) = world.server.find("Ingress", METEO.namespace)[0]["spec"]["rules"]
    assert rule["host"] == own
    assert world.condition("AccessReady", squatter)["reason"] == "HostTaken"
    assert world.server.find("Ingress", "tenant-a") == [], "nobody else leads browsers there"


async def test_who_gets_a_role_is_written_when_the_role_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The API server refuses a RoleBinding of a Role that it does not know yet."""
    world = World()
    apply = world.cluster.apply

    async def slow(item: ObjectToApply) -> Observed:
        for _ in range(20 if item.kind == "Role" else 0):
            await asyncio.sleep(0)
        return await apply(item)

    monkeypatch.setattr(world.cluster, "apply", slow)
    world.add_lab({**PLAIN, "page": {}})
    await world.settle(lambda: bool(world.names("RoleBinding", "page")), seconds=5)
    assert world.names("Role", "page") == world.names("RoleBinding", "page") == ["meteo-page"]
    assert world.errors == []


async def test_a_page_may_hand_out_what_people_log_in_with_and_no_other_key() -> None:
    world = World()
    world.add_lab({"page": {}, **EVERY, "access": {"kafka": {"localhost": {}}}})
    await world.settle(world.ready, seconds=120)
    (pod,) = [
        p
        for p in objects_of(world.server, METEO, "Pod")
        if p["metadata"]["name"].startswith("meteo-page")
    ]
    volumes = {v["name"]: v["secret"] for v in pod["spec"]["volumes"] if "secret" in v}
    assert [item["key"] for item in volumes["login"]["items"]] == ["page-password"]
    assert {item["key"] for item in volumes["credentials"]["items"]} == {
        "grafana-password", "influxdb-password", "influxdb-reader-token", "influxdb-username",
        "jupyter-password", "kafka-password", "kafka-ui-password", "kafka-username",
        "mongodb-password", "mongodb-uri", "postgresql-password", "sftp-password",
    }  # fmt: skip
    assert {v["secretName"] for v in volumes.values()} == {"meteo-credentials"}
