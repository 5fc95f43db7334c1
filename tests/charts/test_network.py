"""NetworkPolicies: only the edges of the data's way."""

from typing import Any

import pytest

from streaminglab_operator.plan.ingress import SAFE_ANNOTATIONS
from streaminglab_operator.settings import Settings
from tests.charts.support import (
    CHARTS,
    WITH_PODS,
    Case,
    Manifest,
    environment,
    manifests,
    only,
    render,
    rendered,
)

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


def test_every_service_says_its_type_so_that_another_one_is_an_edit(case: Case) -> None:
    """A type that we do not set is not ours: an ExternalName instead would stay for good."""
    for service in [o for o in manifests(rendered(case)) if o["kind"] == "Service"]:
        kind = service["spec"]["type"]
        outside = {"nodeport": "NodePort", "loadbalancer": "LoadBalancer"}
        words = set(service["metadata"]["name"].split("-")) & set(outside)
        assert kind == (outside[words.pop()] if words else "ClusterIP")


def test_services_leave_their_ip_family_to_the_cluster(case: Case) -> None:
    """But for those to the outside, which want both where there are both."""
    for service in [o for o in manifests(rendered(case)) if o["kind"] == "Service"]:
        spec = service["spec"]
        inside = spec["type"] == "ClusterIP"
        assert "ipFamilies" not in spec
        assert spec.get("ipFamilyPolicy") == (None if inside else "PreferDualStack")


@pytest.mark.parametrize("chart", ["page", "streaminglab-operator"])
def test_the_api_server_is_reached_by_its_address_where_that_is_known(chart: str) -> None:
    cidrs = ["10.96.0.1/32", "fd00::1/128"]
    anywhere = [r for r in policy(chart)["egress"] if {443, 6443} <= ports(r)]
    known = policy(chart, {"networkPolicy": {"apiServerCIDRs": cidrs}})["egress"]
    assert [rule.get("to") for rule in anywhere] == [None]
    there = [r for r in known if {443, 6443} <= ports(r)]
    assert [rule["to"] for rule in there] == [[{"ipBlock": {"cidr": c}} for c in cidrs]]
    assert [ports(r) for r in known if "to" not in r] == [{53, 5353}]


def test_the_operator_passes_what_the_administrator_chose_on_to_the_labs() -> None:
    values = {
        "ingress": {
            "namespaceLabels": {"team": "edge"},
            "hostPatterns": ["*.{namespace}.lab.example.org"],
            "annotations": [],
        },
        "networkPolicy": {"apiServerCIDRs": ["10.96.0.1/32"]},
    }
    settings = Settings.from_environment(_variables(values))
    assert settings.ingress_namespace_labels == {"team": "edge"}
    assert settings.host_patterns == ("*.{namespace}.lab.example.org",)
    assert settings.ingress_annotations == ()
    assert settings.api_server_cidrs == ("10.96.0.1/32",)


def test_the_chart_allows_the_annotations_that_are_safe() -> None:
    assert Settings.from_environment(_variables({})).ingress_annotations == SAFE_ANNOTATIONS


def _variables(values: dict[str, Any]) -> dict[str, str]:
    pod = only(render("streaminglab-operator", values), "Deployment")["spec"]["template"]["spec"]
    return {**environment(pod["containers"][0]), "STREAMINGLAB_CHARTS": str(CHARTS)}
