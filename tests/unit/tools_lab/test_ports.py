"""The table of ports says what listens, and by which Services it is reached."""

from __future__ import annotations

from typing import Any

from tools.lab import ports


def service(name: str, selector: dict[str, str], *ways: dict[str, Any]) -> dict[str, Any]:
    spec = {"selector": selector, "ports": list(ways)}
    return {"kind": "Service", "metadata": {"name": name}, "spec": spec}


def workload(component: str, *listening: tuple[str, int]) -> dict[str, Any]:
    labels = {"app.kubernetes.io/component": component, "app.kubernetes.io/instance": "it"}
    containers = [{"ports": [{"name": name, "containerPort": port} for name, port in listening]}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    return {"kind": "StatefulSet", "spec": {"template": template}}


KAFKA = {"app.kubernetes.io/component": "kafka"}


def rows(*objects: dict[str, Any]) -> list[list[str]]:
    """The cells of the table's rows, without its head."""
    lines = ports.table(objects).splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_a_port_is_reached_by_every_service_that_leads_to_it_by_name_or_number() -> None:
    found = rows(
        workload("kafka", ("client", 9092)),
        service("kafka", KAFKA, {"port": 9092, "targetPort": "client"}),
        service("other", KAFKA, {"port": 19092, "targetPort": 9092}),
        service("same", KAFKA, {"port": 9092}),
    )
    assert found[0][3] == "`kafka:9092`, `other:19092`, `same:9092`"


def test_a_service_of_other_pods_or_of_none_leads_nowhere() -> None:
    (row,) = rows(
        workload("kafka", ("client", 9092)),
        service("influxdb", {"app.kubernetes.io/component": "influxdb"}, {"port": 9092}),
        service("by-hand", {}, {"port": 9092}),
        service("agent", KAFKA, {"port": 9092, "targetPort": "agent"}),
    )
    assert row[3] == ports.INSIDE


def test_parts_and_their_ports_are_in_order_whatever_the_cluster_said_first() -> None:
    found = rows(
        workload("telegraf", ("listener", 8186)),
        workload("kafka", ("agent", 9404), ("client", 9092)),
    )
    assert [row[:2] for row in found] == [
        ["kafka", "9092"],
        ["kafka", "9404"],
        ["telegraf", "8186"],
    ]


def test_a_known_port_says_what_it_is_for() -> None:
    known, unknown = rows(workload("kafka", ("client", 9092), ("surprise", 9999)))
    assert "records" in known[4]
    assert unknown[4] == ""


def test_brokers_that_are_workloads_of_their_own_are_one_part() -> None:
    brokers = [_broker(number) for number in range(2)]
    [client] = ports.ports([item for pair in brokers for item in pair])
    assert client.services == ("meteo-kafka-0:9092", "meteo-kafka-1:9092")


def _broker(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    labels = {"app.kubernetes.io/component": "kafka", "streaminglab.dev/broker": str(number)}
    container = {"ports": [{"name": "client", "containerPort": 9092}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    service = {
        "kind": "Service",
        "metadata": {"name": f"meteo-kafka-{number}"},
        "spec": {"selector": labels, "ports": [{"port": 9092, "targetPort": "client"}]},
    }
    return {"kind": "StatefulSet", "spec": {"template": template}}, service
