"""Who reaches the services that serve no page and call nobody, and what those reach that only call.

Both lists come from the table of services; what Connect and the pages do has its own tests.
"""

from typing import Any

import pytest

from streaminglab_operator.services import OPTIONAL
from tests.charts.support import Manifest, only, pod_templates, render

SERVERS = {s.chart: s.listens_on() for s in OPTIONAL if s.port and not s.page and not s.reaches}
CLIENTS = tuple(s.chart for s in OPTIONAL if not s.port)
FROM_ENVIRONMENT = {"telegraf"}
"""Programs that take a password from their environment: they have no option for a file of it."""
READERS = [
    s.chart
    for s in OPTIONAL
    if s.chart in {*SERVERS, *CLIENTS} and s.secrets and not FROM_ENVIRONMENT & {*s.images}
]


def test_there_are_servers_and_clients_to_test() -> None:
    assert len(SERVERS) >= 3
    assert len(CLIENTS) >= 2
    assert len(READERS) >= 4


def policy(chart: str, **values: Any) -> Manifest:
    spec: Manifest = only(render(chart, {"networkPolicy": values}), "NetworkPolicy")["spec"]
    return spec


def ports(rule: Manifest) -> set[int]:
    return {port["port"] for port in rule["ports"]}


@pytest.mark.parametrize(("chart", "port"), SERVERS.items())
def test_a_server_opens_its_own_port_to_its_clients_only(chart: str, port: int) -> None:
    assert [ports(rule) for rule in policy(chart)["ingress"]] == [{port}]
    named = policy(chart, clients=[{"podLabels": {"app": "a"}}])["ingress"][0]["from"]
    assert named == [{"podSelector": {"matchLabels": {"app": "a"}}}]


@pytest.mark.parametrize("chart", SERVERS)
def test_a_server_connects_to_nobody(chart: str) -> None:
    assert [rule.get("to") for rule in policy(chart)["egress"]] == [None]


@pytest.mark.parametrize("chart", CLIENTS)
def test_nobody_connects_to_a_client(chart: str) -> None:
    assert policy(chart, clients=[{"podLabels": {"app": "a"}}])["ingress"] == []
    assert not [o for o in render(chart) if o["kind"] == "Service"]


@pytest.mark.parametrize("chart", CLIENTS)
def test_a_client_reaches_what_is_named_or_its_namespace(chart: str) -> None:
    assert policy(chart)["egress"][1:] == [{"to": [{"podSelector": {}}]}]
    servers = [{"podLabels": {"app": "a"}, "ports": [1, 2]}]
    named = policy(chart, servers=servers)["egress"][1:]
    assert [(rule["to"], ports(rule)) for rule in named] == [
        ([{"podSelector": {"matchLabels": {"app": "a"}}}], {1, 2})
    ]


@pytest.mark.parametrize(("chart", "port"), SERVERS.items())
def test_the_alias_service_leads_to_the_same_pods(chart: str, port: int) -> None:
    objects = render(chart, {"aliasService": "short-name"})
    alias = only(objects, "Service", "short-name")["spec"]
    assert alias["selector"] == only(objects, "Service", "meteo")["spec"]["selector"]
    assert [entry["port"] for entry in alias["ports"]] == [port]


@pytest.mark.parametrize("chart", READERS)
def test_a_secret_is_mounted_by_its_keys_and_readable_through_the_group(chart: str) -> None:
    ((_, pod),) = pod_templates(render(chart))
    volumes = pod["spec"]["volumes"]
    (secret,) = [volume["secret"] for volume in volumes if "secret" in volume]
    assert secret["defaultMode"] == 0o440
    assert {item["path"] for item in secret["items"]} <= {"login", "keyfile"}
    assert secret["secretName"] == "meteo"
