"""What makes the Kafka chart a cluster that forms, survives, and tells the truth."""

import re
from typing import Any

import pytest

from tests.charts.support import Manifest, environment, only, render


def broker_properties(values: dict[str, Any]) -> dict[str, str]:
    text = only(render("kafka", values), "ConfigMap")["data"]["server.properties"]
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def broker(values: dict[str, Any]) -> Manifest:
    pod = only(render("kafka", values), "StatefulSet")["spec"]["template"]["spec"]
    container: Manifest = pod["containers"][0]
    return container


@pytest.mark.parametrize(("replicas", "factor", "in_sync"), [(1, "1", "1"), (3, "3", "2")])
def test_replication_follows_the_number_of_brokers(
    replicas: int, factor: str, in_sync: str
) -> None:
    properties = broker_properties({"replicas": replicas})
    for key in (
        "default",
        "offsets.topic",
        "transaction.state.log",
        "share.coordinator.state.topic",
    ):
        assert properties[f"{key}.replication.factor"] == factor
    for key in ("min.insync.replicas", "transaction.state.log.min.isr",
                "share.coordinator.state.topic.min.isr"):  # fmt: skip
        assert properties[key] == in_sync


def test_a_misspelt_topic_is_not_made() -> None:
    assert broker_properties({})["auto.create.topics.enable"] == "false"


def test_extra_properties_come_last_so_that_they_win() -> None:
    text = only(render("kafka", {"config": {"num.io.threads": "9"}}), "ConfigMap")["data"]
    assert text["server.properties"].splitlines()[-1] == "num.io.threads=9"


def test_the_cluster_id_is_a_valid_kraft_id_and_differs_between_releases() -> None:
    ids = {environment(_container(render("kafka", release=name)))["CLUSTER_ID"] for name in "ab"}
    assert len(ids) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{20}[AQgw]", value) for value in ids)


def test_a_given_cluster_id_is_used() -> None:
    given = "MkU3OEVBNTcwNTJENDM2Qg"
    assert environment(broker({"clusterId": given}))["CLUSTER_ID"] == given


def test_brokers_start_in_parallel_and_find_each_other_before_they_are_ready() -> None:
    objects = render("kafka", {"replicas": 3})
    statefulset = only(objects, "StatefulSet")
    headless = only(objects, "Service", "meteo-brokers")
    assert statefulset["spec"]["podManagementPolicy"] == "Parallel"
    assert statefulset["spec"]["serviceName"] == "meteo-brokers"
    assert headless["spec"]["publishNotReadyAddresses"] is True
    assert headless["spec"]["clusterIP"] == "None"


def test_clients_are_sent_to_ready_brokers_only() -> None:
    bootstrap = only(render("kafka"), "Service", "meteo")
    assert "publishNotReadyAddresses" not in bootstrap["spec"]


def test_readiness_asks_for_the_quorum_and_liveness_does_not() -> None:
    container = broker({})
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
    assert container["startupProbe"]["httpGet"]["path"] == "/livez"


@pytest.mark.parametrize(("replicas", "budgets"), [(1, 0), (3, 1)])
def test_a_disruption_budget_exists_where_a_broker_can_be_spared(
    replicas: int, budgets: int
) -> None:
    found = [
        o for o in render("kafka", {"replicas": replicas}) if o["kind"] == "PodDisruptionBudget"
    ]
    assert len(found) == budgets
    assert all(budget["spec"]["maxUnavailable"] == 1 for budget in found)


@pytest.mark.parametrize(("retain", "policy"), [(False, "Delete"), (True, "Retain")])
def test_volumes_go_with_the_lab_unless_kept_but_stay_when_scaling(
    retain: bool, policy: str
) -> None:
    spec = only(render("kafka", {"storage": {"retain": retain}}), "StatefulSet")["spec"]
    expected = {"whenDeleted": policy, "whenScaled": "Retain"}
    assert spec["persistentVolumeClaimRetentionPolicy"] == expected


def test_the_broker_and_a_tool_beside_it_fit_into_the_memory_limit() -> None:
    container = broker({})
    assert environment(container)["BROKER_HEAP"] == "-Xms256m -Xmx256m"
    assert environment(container)["KAFKA_HEAP_OPTS"] == "-Xmx96m"
    assert container["resources"]["limits"]["memory"] == "640Mi"


def test_a_changed_property_restarts_the_brokers() -> None:
    def checksum(values: dict[str, Any]) -> str:
        template = only(render("kafka", values), "StatefulSet")["spec"]["template"]
        return str(template["metadata"]["annotations"]["checksum/config"])

    assert checksum({}) == checksum({})
    assert checksum({}) != checksum({"config": {"num.io.threads": "9"}})


def test_the_alias_service_exists_only_when_asked_for() -> None:
    alias = only(render("kafka", {"aliasService": "kafka"}), "Service", "kafka")
    assert alias["spec"]["selector"]["app.kubernetes.io/instance"] == "meteo"
    assert not [o for o in render("kafka") if o["metadata"]["name"] == "kafka"]


def _container(objects: list[Manifest]) -> Manifest:
    container: Manifest = only(objects, "StatefulSet")["spec"]["template"]["spec"]["containers"][0]
    return container
