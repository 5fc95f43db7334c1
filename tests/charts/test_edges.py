"""The data's way through the NetworkPolicies: what is let out is let in, and nothing else."""

from typing import Any

import pytest

from tests.charts.lab_charts import lab_objects
from tests.charts.support import Manifest, pod_templates

ALERTS = {"influxdb": {"alerts": [{"name": "heat", "field": "temperature", "above": 35}]}}
EDGES = {
    ("init", "kafka", 9092), ("init", "influxdb", 8086), ("init", "telegraf", 8186),
    ("inject", "influxdb", 8086),
    ("influxdb", "telegraf", 8186),
    ("telegraf", "kafka", 9092),
    ("producer", "influxdb", 8086), ("producer", "kafka", 9092),
    ("verify", "influxdb", 8086), ("verify", "kafka", 9092),
    ("verify", "telegraf", 8187),
    ("kafka", "kafka", 9092), ("kafka", "kafka", 9093),
    ("page", "influxdb", 8086), ("page", "kafka", 9092),
}  # fmt: skip


class Network:
    """What a lab's NetworkPolicies let through between its own pods."""

    def __init__(self, objects: list[Manifest]) -> None:
        self.pods = {
            pod["metadata"]["labels"]["app.kubernetes.io/component"]: pod["metadata"]["labels"]
            for _, pod in pod_templates(objects)
        }
        policies = [o["spec"] for o in objects if o["kind"] == "NetworkPolicy"]
        self.policy = {
            component: next(p for p in policies if _selects(p["podSelector"], labels))
            for component, labels in self.pods.items()
        }

    def edges(self) -> set[tuple[str, str, int]]:
        """(client, server, port) of all that is let out by one and let in by the other."""
        return {
            (client, server, port)
            for client in self.pods
            for server in self.pods
            for port in self._out(client, server) & self._in(server, client)
        }

    def half_open(self) -> set[tuple[str, str, int]]:
        """What a client is let out to while the server does not let it in."""
        return {
            (client, server, port)
            for client in self.pods
            for server in self.pods
            for port in self._out(client, server) - self._in(server, client)
        }

    def _out(self, client: str, server: str) -> set[int]:
        return self._ports(self.policy[client]["egress"], "to", server)

    def _in(self, server: str, client: str) -> set[int]:
        return self._ports(self.policy[server]["ingress"], "from", client)

    def _ports(self, rules: list[Any], direction: str, other: str) -> set[int]:
        return {
            port["port"]
            for rule in rules
            for peer in rule.get(direction, [])
            if "namespaceSelector" not in peer and _selects(peer["podSelector"], self.pods[other])
            for port in rule["ports"]
        }


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    wanted: dict[str, str] = selector.get("matchLabels", {})
    return wanted.items() <= labels.items()


MEASURED = {("metrics", "kafka", 9405), ("metrics", "influxdb", 8086)}


@pytest.mark.parametrize(
    ("spec", "also"),
    [({}, set()), (ALERTS, {("influxdb", "telegraf", 8080)}), ({"metrics": {}}, MEASURED)],
    # Sorted, because a set has another order in each process that names the tests.
    ids=lambda given: str(sorted(given)),
)
def test_the_open_edges_are_those_of_the_datas_way(
    spec: dict[str, Any], also: set[tuple[str, str, int]]
) -> None:
    assert Network(lab_objects(spec)).edges() == EDGES | also


def test_nobody_is_let_out_to_where_he_is_not_let_in() -> None:
    assert Network(lab_objects(ALERTS)).half_open() == set()


@pytest.mark.parametrize("open_", [True, False], ids=["open", "closed"])
def test_what_brokers_tell_of_themselves_is_for_the_metrics_alone(open_: bool) -> None:
    """Of an open lab too: whoever asks holds a thread of the broker."""
    objects = lab_objects({"metrics": {}, "access": {"namespacePods": open_}})
    lab = Network(objects)
    assert {edge for edge in lab.edges() if edge[2] == 9405} == {("metrics", "kafka", 9405)}
    (policy,) = [
        o["spec"] for o in objects
        if o["kind"] == "NetworkPolicy" and o["metadata"]["name"].endswith("-kafka")
    ]  # fmt: skip
    (rule,) = [r for r in policy["ingress"] if {"port": 9405, "protocol": "TCP"} in r["ports"]]
    assert [
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for peer in rule["from"]
    ] == ["metrics"]


def test_connect_is_asked_by_the_metrics_of_a_closed_lab() -> None:
    spec = {"metrics": {}, "connect": {}, "access": {"namespacePods": False}}
    assert ("metrics", "connect", 8083) in Network(lab_objects(spec)).edges()


def test_the_operator_reaches_influxdb_and_no_other_component() -> None:
    for manifest in lab_objects({}):
        if manifest["kind"] == "NetworkPolicy":
            text = str(manifest["spec"]["ingress"])
            component = manifest["metadata"]["labels"]["app.kubernetes.io/component"]
            assert ("streaminglab-operator" in text) is (component == "influxdb")


def test_an_open_lab_admits_its_own_namespace_and_no_other() -> None:
    for manifest in lab_objects(ALERTS):
        if manifest["kind"] == "NetworkPolicy":
            for rule in manifest["spec"]["ingress"]:
                for peer in rule["from"]:
                    operator = "streaminglab-operator" in str(peer)
                    assert ("namespaceSelector" in peer) is operator


def test_two_closed_labs_of_one_namespace_do_not_reach_each_other() -> None:
    for manifest in lab_objects({**ALERTS, "access": {"namespacePods": False}}):
        if manifest["kind"] != "NetworkPolicy":
            continue
        rules = manifest["spec"]["ingress"] + manifest["spec"]["egress"]
        peers = [peer for rule in rules for peer in rule.get("from", []) + rule.get("to", [])]
        for peer in peers:
            labels = peer["podSelector"]["matchLabels"]
            own = {"streaminglab.dev/lab", "app.kubernetes.io/instance"} & set(labels)
            assert own or "namespaceSelector" in peer
