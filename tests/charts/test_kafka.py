"""What makes the Kafka chart a cluster that forms, survives, and tells the truth."""

import json
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
    for broker_id in range(3):
        name = f"meteo-{broker_id}"
        statefulset = only(objects, "StatefulSet", name)
        headless = only(objects, "Service", name)
        assert statefulset["spec"]["podManagementPolicy"] == "Parallel"
        assert statefulset["spec"]["serviceName"] == name
        assert headless["spec"]["publishNotReadyAddresses"] is True
        assert headless["spec"]["clusterIP"] == "None"
        pods = statefulset["spec"]["template"]["metadata"]["labels"]
        assert headless["spec"]["selector"].items() <= pods.items()
        assert statefulset["spec"]["selector"]["matchLabels"] == headless["spec"]["selector"]


def test_no_two_brokers_own_the_same_pods() -> None:
    found = [o for o in render("kafka", {"replicas": 3}) if o["kind"] == "StatefulSet"]
    selectors = [json.dumps(o["spec"]["selector"], sort_keys=True) for o in found]
    assert len(set(selectors)) == 3


@pytest.mark.parametrize(("replicas", "strategy"), [(1, "RollingUpdate"), (3, "OnDelete")])
def test_several_brokers_never_restart_by_themselves(replicas: int, strategy: str) -> None:
    found = [o for o in render("kafka", {"replicas": replicas}) if o["kind"] == "StatefulSet"]
    assert {o["spec"]["updateStrategy"]["type"] for o in found} == {strategy}


def test_a_stopped_broker_has_no_pod_and_the_others_do_not_notice() -> None:
    def sets(values: dict[str, Any]) -> dict[str, Manifest]:
        found = render("kafka", {"replicas": 3} | values)
        return {o["metadata"]["name"]: o["spec"] for o in found if o["kind"] == "StatefulSet"}

    all_run, one_stopped = sets({}), sets({"stoppedBrokers": [1]})
    assert {name: spec["replicas"] for name, spec in one_stopped.items()} == {
        "meteo-0": 1, "meteo-1": 0, "meteo-2": 1,
    }  # fmt: skip
    assert {name: spec["template"] for name, spec in one_stopped.items()} == {
        name: spec["template"] for name, spec in all_run.items()
    }


@pytest.mark.parametrize("name", ["meteo", "kafka"])
def test_clients_find_the_name_of_brokers_that_still_start(name: str) -> None:
    """Without an address it would not exist, and a client in Java gives up at once."""
    bootstrap = only(render("kafka", {"aliasService": "kafka"}), "Service", name)
    assert bootstrap["spec"]["publishNotReadyAddresses"] is True


def test_readiness_asks_for_the_quorum_and_liveness_does_not() -> None:
    container = broker({})
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
    assert container["startupProbe"]["httpGet"]["path"] == "/livez"


def test_suspended_brokers_keep_all_but_their_pods() -> None:
    values = {"replicas": 3, "stoppedBrokers": [1]}
    suspended = render("kafka", {**values, "suspended": True})
    sets = [o for o in suspended if o["kind"] == "StatefulSet"]
    assert [o["spec"]["replicas"] for o in sets] == [0, 0, 0]
    running = [o for o in render("kafka", values) if o["kind"] == "StatefulSet"]
    assert [o["spec"]["template"] for o in sets] == [o["spec"]["template"] for o in running]


@pytest.mark.parametrize(("replicas", "budgets"), [(1, 0), (3, 1)])
def test_a_disruption_budget_exists_where_a_broker_can_be_spared(
    replicas: int, budgets: int
) -> None:
    found = [
        o for o in render("kafka", {"replicas": replicas}) if o["kind"] == "PodDisruptionBudget"
    ]
    assert len(found) == budgets
    # Not maxUnavailable: with one of three stopped it would let a second one go.
    assert all(budget["spec"]["minAvailable"] == replicas - 1 for budget in found)


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
