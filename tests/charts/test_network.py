"""NetworkPolicies: only the edges of the data's way."""

from typing import Any

import pytest

from tests.charts.support import WITH_PODS, Case, Manifest, manifests, only, render, rendered

CASES_OF = WITH_PODS
DNS = {("UDP", 53), ("TCP", 53), ("UDP", 5353), ("TCP", 5353)}


def policy(chart: str, values: dict[str, Any] | None = None) -> Manifest:
    spec: Manifest = only(render(chart, values), "NetworkPolicy")["spec"]
    return spec


def ports(rule: Manifest) -> set[int]:
    return {port["port"] for port in rule["ports"]}


def test_both_directions_are_closed_by_default(case: Case) -> None:
    spec = only(manifests(rendered(case)), "NetworkPolicy")["spec"]
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert isinstance(spec.get("ingress"), list)
    anybody = {port["port"] for rule in spec["ingress"] if "from" not in rule
               for port in rule["ports"]}  # fmt: skip
    assert anybody <= ({9094, 9095} if str(case) == "kafka-outside-values" else set())


def test_names_can_be_looked_up(case: Case) -> None:
    first = only(manifests(rendered(case)), "NetworkPolicy")["spec"]["egress"][0]
    assert {(p["protocol"], p["port"]) for p in first["ports"]} == DNS


@pytest.mark.parametrize(
    ("chart", "values", "expected"),
    [
        ("kafka", {}, {9092}),
        ("influxdb", {}, {8086}),
        ("telegraf", {}, {8186, 8187}),
        ("telegraf", {"alerts": {"enabled": True}}, {8186, 8187, 8080}),
    ],
)
def test_clients_reach_the_component_s_own_ports_only(
    chart: str, values: dict[str, Any], expected: set[int]
) -> None:
    assert ports(policy(chart, values)["ingress"][0]) == expected


def test_nobody_connects_to_a_job() -> None:
    assert policy("lab-job")["ingress"] == []


def test_brokers_reach_each_other_and_nothing_else() -> None:
    spec = policy("kafka")
    own = {"app.kubernetes.io/instance": "meteo", "app.kubernetes.io/component": "kafka"}
    peers = {"podSelector": {"matchLabels": own}}
    assert spec["ingress"][1]["from"] == [peers]
    assert ports(spec["ingress"][1]) == {9092, 9093}
    assert [rule.get("to") for rule in spec["egress"]] == [None, [peers]]


def test_the_controllers_port_is_closed_to_clients() -> None:
    clients = policy("kafka", {"networkPolicy": {"clients": [{"podLabels": {"a": "b"}}]}})
    assert 9093 not in ports(clients["ingress"][0])


@pytest.mark.parametrize("chart", ["kafka", "influxdb", "telegraf"])
def test_named_clients_replace_the_whole_namespace(chart: str) -> None:
    anybody = policy(chart)["ingress"][0]["from"]
    named = policy(chart, {"networkPolicy": {"clients": [
        {"podLabels": {"app": "a"}},
        {"podLabels": {"app": "b"}, "namespaceLabels": {"team": "c"}},
    ]}})["ingress"][0]["from"]  # fmt: skip
    assert anybody == [{"podSelector": {}}]
    assert named == [
        {"podSelector": {"matchLabels": {"app": "a"}}},
        {
            "podSelector": {"matchLabels": {"app": "b"}},
            "namespaceSelector": {"matchLabels": {"team": "c"}},
        },
    ]


@pytest.mark.parametrize("chart", ["influxdb", "telegraf", "lab-job"])
def test_named_servers_replace_the_whole_namespace(chart: str) -> None:
    values = {"networkPolicy": {"servers": [{"podLabels": {"app": "a"}, "ports": [1, 2]}]}}
    named = policy(chart, values)["egress"]
    assert len(named) == 2
    assert named[1]["to"] == [{"podSelector": {"matchLabels": {"app": "a"}}}]
    assert ports(named[1]) == {1, 2}
    assert policy(chart)["egress"][1] == {"to": [{"podSelector": {}}]}


@pytest.mark.parametrize("chart", WITH_PODS)
def test_the_policy_can_be_left_out_for_a_cluster_that_has_its_own(chart: str) -> None:
    objects = render(chart, {"networkPolicy": {"enabled": False}})
    assert "NetworkPolicy" not in [o["kind"] for o in objects]
