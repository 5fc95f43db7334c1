"""A lab's life on the real cluster: from apply to verified data, and to its end."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.e2e.cluster import SMALL, Kubectl, LabHandle


@pytest.mark.smoke
def test_a_lab_becomes_ready_only_with_equal_counts(lab: LabHandle, kubectl: Kubectl) -> None:
    lab.apply({})
    lab.wait("Ready")
    assert lab.counts() == (3000, 3000, 3000)
    done = kubectl(
        "wait", "--for=condition=Ready", "slab", "--all", "-n", lab.namespace, "--timeout=240s"
    )
    assert "condition met" in done.stdout
    shown = kubectl("get", "slab", "-n", lab.namespace).stdout
    assert "3000/3000/3000" in shown
    explained = kubectl("explain", "slab.spec.kafka").stdout
    assert "topics" in explained and "brokers" in explained
    assert not _secrets_shown(lab, kubectl)


def _secrets_shown(lab: LabHandle, kubectl: Kubectl) -> list[str]:
    """Places where a generated secret can be read, other than its Secret."""
    stored = kubectl(
        "get", "secret", "meteo-credentials", "-n", lab.namespace, "-o",
        "go-template={{range $k,$v := .data}}{{$k}} {{$v|base64decode}}{{\"\\n\"}}{{end}}",
    ).stdout  # fmt: skip
    secrets = dict(line.split(" ", 1) for line in stored.splitlines())
    secrets.pop("influxdb-username")
    assert len(secrets) >= 7
    kinds = "slab,configmaps,pods,events,jobs,statefulsets,deployments,services"
    dump = kubectl("get", kinds, "-n", lab.namespace, "-o", "json").stdout
    dump += kubectl(
        "logs", "deployment/streaminglab-operator", "-n", "streaminglab-system", "--tail=-1"
    ).stdout
    for pod in lab.items("pods"):
        name = pod["metadata"]["name"]
        dump += kubectl("logs", name, "-n", lab.namespace, check=False).stdout
    return [name for name, value in secrets.items() if value in dump]


def test_an_edit_of_partitions_is_carried_out_and_the_data_stays(lab: LabHandle) -> None:
    lab.apply(SMALL)
    lab.wait("Ready")
    inject = lab.pod("inject")
    topics = [{"name": "weather", "partitions": 6}]
    lab.apply({**SMALL, "kafka": {"topics": topics}})
    lab.wait("Ready")
    described = lab.kubectl(
        "exec", "-n", lab.namespace, "sts/meteo-kafka-0", "-c", "kafka", "--", "env", "KAFKA_OPTS=",
        "KAFKA_HEAP_OPTS=-Xmx96m",
        "/opt/kafka/bin/kafka-topics.sh", "--bootstrap-server",
        f"meteo-kafka-0.{lab.namespace}.svc:9092",
        "--describe", "--topic", "weather",
    ).stdout  # fmt: skip
    assert "PartitionCount: 6" in described
    assert lab.counts() == (600, 600, 600)
    assert lab.pod("inject") == inject


@pytest.mark.exclusive
def test_nothing_of_a_deleted_lab_is_left_even_with_the_operator_absent(
    lab: LabHandle, kubectl: Kubectl
) -> None:
    lab.apply(SMALL)
    lab.wait("KafkaReady")
    operator = ("deployment/streaminglab-operator", "-n", "streaminglab-system")
    kubectl("scale", *operator, "--replicas=0")
    try:
        kubectl("delete", "slab", "meteo", "-n", lab.namespace, "--timeout=240s")
        kinds = "pods,statefulsets,deployments,jobs,services,configmaps,networkpolicies,pvc,secrets"

        def empty() -> bool:
            done = kubectl("get", kinds, "-n", lab.namespace, "-o", "json")
            left = [
                f"{i['kind']}/{i['metadata']['name']}"
                for i in json.loads(done.stdout)["items"]
                if i["metadata"]["name"] != "kube-root-ca.crt"
            ]
            return not left

        lab.until_gone(empty)
        kubectl("delete", "namespace", lab.namespace, "--timeout=240s")
    finally:
        kubectl("scale", *operator, "--replicas=1")
        kubectl("rollout", "status", *operator, "--timeout=240s")


def test_two_labs_in_two_namespaces_cannot_reach_each_other(
    make_namespace: Callable[[], str], kubectl: Kubectl
) -> None:
    labs = [LabHandle(kubectl, make_namespace(), "meteo") for _ in range(2)]
    for lab in labs:
        lab.apply(SMALL)
    for lab in labs:
        lab.wait("Ready")
    mine, other = labs
    own = _reaches(mine, f"meteo-kafka.{mine.namespace}.svc", 9092)
    theirs = [
        _reaches(mine, f"meteo-{component}.{other.namespace}.svc", port)
        for component, port in (("kafka", 9092), ("influxdb", 8086), ("telegraf", 8186))
    ]
    assert own, "a lab reaches its own Kafka"
    assert theirs == [False, False, False]


_CONNECT = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=4).close()
    print("open")
except OSError as error:
    print("closed", error)
"""


def _reaches(lab: LabHandle, host: str, port: int) -> bool:
    """Whether the lab's producer pod can open a TCP connection."""
    done = lab.kubectl(
        "exec", "-n", lab.namespace, lab.pod("producer"), "--", "python3", "-c", _CONNECT, host,
        str(port),
    )  # fmt: skip
    assert done.stdout.startswith(("open", "closed")), done.stderr
    return done.stdout.startswith("open")


def test_alerts_of_influxdb_arrive_in_their_topic(lab: LabHandle) -> None:
    # Colder than any weather is never: each look finds every station above this.
    alerts = [{"name": "any-weather", "field": "temperature", "above": -60, "every": "5s"}]
    endless = {"stations": 2, "rate": "20/s", "points": 0}
    lab.apply({"profile": "nano", "influxdb": {"alerts": alerts}, "inject": endless})
    lab.wait("Ready")
    lab.until(lambda: "any-weather" in _alerts(lab), "an alert in the topic weather-alerts")


def _alerts(lab: LabHandle) -> str:
    """The records of the alerts' topic, by Kafka's own console consumer."""
    return lab.kubectl(
        "exec", "-n", lab.namespace, "sts/meteo-kafka-0", "-c", "kafka", "--", "env", "KAFKA_OPTS=",
        "KAFKA_HEAP_OPTS=-Xmx96m", "/opt/kafka/bin/kafka-console-consumer.sh",
        "--bootstrap-server", f"meteo-kafka-0.{lab.namespace}.svc:9092",
        "--topic", "weather-alerts", "--from-beginning", "--timeout-ms", "5000",
        check=False,
    ).stdout  # fmt: skip
