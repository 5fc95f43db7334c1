"""Small decisions on the way from a spec to chart values: images, sizes, ids, edges."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator import names
from streaminglab_operator.names import LabKey
from streaminglab_operator.plan import Options, plan
from streaminglab_operator.plan.credentials import needed, read_by, tokens
from streaminglab_operator.schema import units
from streaminglab_operator.schema.parts import ResourceSpec
from streaminglab_operator.services import BY_COMPONENT, OPTIONAL, SERVICES
from streaminglab_operator.services.bounds import sized
from streaminglab_operator.services.chart import image_values
from streaminglab_operator.services.kafka import SIZES
from streaminglab_operator.services.size import heap, mebibytes, millicores
from tests.labs import all_ready, lab

DIGEST = "sha256:" + "a" * 64
IMAGES = {
    "kafka": ("kafka", "", ""),
    "kafka:1": ("kafka", "1", ""),
    "apache/kafka:4.3.1": ("apache/kafka", "4.3.1", ""),
    "registry:5000/a/b": ("registry:5000/a/b", "", ""),
    "registry:5000/a/b:1.2": ("registry:5000/a/b", "1.2", ""),
    f"registry:5000/a/b:1.2@{DIGEST}": ("registry:5000/a/b", "1.2", DIGEST),
    f"a/b@{DIGEST}": ("a/b", "", DIGEST),
}


@pytest.mark.parametrize("reference", IMAGES)
def test_an_image_reference_is_split_as_charts_take_it(reference: str) -> None:
    repository, tag, digest = IMAGES[reference]
    expected = {"repository": repository, "tag": tag, "digest": digest}
    assert image_values(reference) == expected


def test_brokers_and_the_workers_of_connect_have_an_image_each() -> None:
    of = lab({"connect": {}})
    images = {"kafka": "apache/kafka:2", "kafka-connect": "apache/kafka:1"}
    made = plan(of, all_ready(of), Options(images=images))
    tags = {r.component: r.values.get("image", {}).get("tag") for r in made.releases}
    assert (tags["kafka"], tags["connect"]) == ("2", "1")


def test_an_image_of_brokers_is_none_of_workers() -> None:
    """Whose plugins may not run in it: theirs is then the chart's own."""
    of = lab({"connect": {}})
    made = plan(of, all_ready(of), Options(images={"kafka": "apache/kafka:2"}))
    assert "image" not in next(r for r in made.releases if r.component == "connect").values


@given(
    st.from_regex(units.DNS_LABEL, fullmatch=True), st.from_regex(units.DNS_LABEL, fullmatch=True)
)
def test_a_cluster_id_is_sixteen_bytes_and_does_not_begin_with_a_minus(ns: str, name: str) -> None:
    found = names.cluster_id(LabKey(ns, name))
    assert len(base64.urlsafe_b64decode(found + "==")) == 16
    assert base64.urlsafe_b64encode(base64.urlsafe_b64decode(found + "==")).decode()[:22] == found
    assert not found.startswith("-")


@given(st.from_regex(units.MEMORY, fullmatch=True))
def test_every_memory_that_the_api_admits_gives_a_heap_that_fits_in_it(memory: str) -> None:
    chosen = heap(SIZES["nano"], memory)
    assert chosen.endswith("m")
    assert int(chosen[:-1]) <= mebibytes(memory) / 2


@given(st.from_regex(units.CPU, fullmatch=True))
def test_a_cpu_limit_is_never_below_the_request(cpu: str) -> None:
    chosen = sized(SIZES["nano"], ResourceSpec(cpu=cpu)).resources()
    assert chosen["requests"]["cpu"] == cpu
    assert millicores(chosen["limits"]["cpu"]) >= millicores(cpu)


@pytest.mark.parametrize("profile", SIZES)
def test_the_heap_of_every_profile_leaves_room_beside_it(profile: str) -> None:
    size = SIZES[profile]
    assert int(size.heap[:-1]) <= mebibytes(size.memory) / 2


EVERYTHING = {
    "influxdb": {"alerts": [{"name": "heat", "field": "temperature", "above": 35}]},
    **{service.part.key: {} for service in OPTIONAL},
}


@pytest.mark.parametrize("is_open", [True, False])
def test_every_edge_of_the_network_is_open_at_both_ends(is_open: bool) -> None:
    of = lab({**EVERYTHING, "access": {"namespacePods": is_open}})
    made = plan(of, all_ready(of), Options())
    policies = {r.component: r.values["networkPolicy"] for r in made.releases}
    assert policies.keys() > {service.component for service in SERVICES}
    component = names.COMPONENT_LABEL
    for source, policy in policies.items():
        for server in policy["servers"]:
            target = server["podLabels"][component]
            labels = [c["podLabels"] for c in policies[target]["clients"]]
            admitted = {} in labels or source in {c.get(component) for c in labels}
            assert admitted, f"{source} may leave for {target}, which does not let it in"


def test_every_edge_of_the_table_is_among_the_servers_of_its_client() -> None:
    of = lab({**EVERYTHING, "access": {"namespacePods": False}})
    found = {
        (release.component, server["podLabels"].get(names.COMPONENT_LABEL), port)
        for release in plan(of, all_ready(of), Options()).releases
        for server in release.values["networkPolicy"]["servers"]
        for port in server["ports"]
    }
    said = {
        (client.component, edge.to, BY_COMPONENT[edge.to].listens_on(edge.port))
        for client in SERVICES
        for edge in client.reaches
    }
    said |= {(c, s.component, s.listens_on()) for s in SERVICES for c in s.reached_by}
    made = {component for component, _, _ in found}
    assert made >= {service.component for service in SERVICES if service.reaches}
    assert {edge for edge in said if edge[0] in made} <= found


def test_a_closed_lab_admits_no_pod_without_its_label() -> None:
    of = lab({**EVERYTHING, "access": {"namespacePods": False}})
    for release in plan(of, all_ready(of), Options()).releases:
        for client in release.values["networkPolicy"]["clients"]:
            assert client["podLabels"]


@pytest.mark.parametrize("is_open", [True, False])
def test_connectors_reach_the_students_own_pods_only_in_an_open_lab(is_open: bool) -> None:
    of = lab({"connect": {}, "access": {"namespacePods": is_open}})
    made = plan(of, all_ready(of), Options())
    (connect,) = (r for r in made.releases if r.component == "connect")
    servers = connect.values["networkPolicy"]["servers"]
    assert (servers == []) is is_open, "no server named: every pod of the namespace"


def test_every_password_and_token_that_a_service_reads_is_made_by_somebody() -> None:
    # Kafka has a login for who comes from outside alone.
    of = lab({**EVERYTHING, "access": {"kafka": {"localhost": {}}}})
    made = needed(of) | tokens(of)
    for service in SERVICES:
        missing = set(read_by(service)) - made
        assert not missing, f"{service.component} waits for {missing} for ever"


def test_a_registry_is_told_to_everything_that_can_use_it() -> None:
    spec: dict[str, Any] = {"connect": {}, "kafkaUI": {}, "ksqldb": {}}
    for there in (True, False):
        of = lab(spec | ({"schemaRegistry": {}} if there else {}))
        made = plan(of, all_ready(of), Options())
        for component in ("connect", "kafka-ui", "ksqldb"):
            release = made.release(component)
            assert release is not None
            url = release.values["schemaRegistry"]["url"]
            assert url.endswith("-schema-registry:8081") if there else url == ""
