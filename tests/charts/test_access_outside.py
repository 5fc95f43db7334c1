"""Ports for other machines: a Service and a NetworkPolicy for each, and nothing else is opened."""

from typing import Any

from tests.charts.support import render

PODS = {"streaminglab.dev/lab": "meteo", "app.kubernetes.io/component": "sftp"}
DOORS = [
    {"name": "sftp-nodeport", "podLabels": PODS, "port": 2222, "nodePort": 30022},
    {"name": "sftp-loadbalancer", "podLabels": PODS, "port": 2222, "nodePort": 0},
]


def objects(kind: str) -> list[dict[str, Any]]:
    found = render("access", {"outside": DOORS}, "meteo-access")
    return [one for one in found if one["kind"] == kind]


def test_a_node_port_is_the_one_that_was_asked_for_and_a_balancer_has_the_own_port() -> None:
    node, balancer = (service["spec"] for service in objects("Service"))
    assert (node["type"], balancer["type"]) == ("NodePort", "LoadBalancer")
    assert node["ports"] == [
        {"name": "outside", "port": 2222, "targetPort": 2222, "nodePort": 30022}
    ]
    assert balancer["ports"] == [{"name": "outside", "port": 2222, "targetPort": 2222}]
    assert node["selector"] == balancer["selector"] == PODS


def test_everybody_is_let_in_on_that_port_alone() -> None:
    for policy in objects("NetworkPolicy"):
        assert policy["spec"]["podSelector"] == {"matchLabels": PODS}
        assert policy["spec"]["policyTypes"] == ["Ingress"]
        assert policy["spec"]["ingress"] == [{"ports": [{"port": 2222, "protocol": "TCP"}]}]


def test_without_it_nothing_is_made() -> None:
    assert not render("access", {}, "meteo-access")
