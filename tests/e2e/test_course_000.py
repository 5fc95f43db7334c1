"""Course 000: three brokers, the topic `weather` on all of them, and one of them stopped."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import yaml

from tests.e2e.cluster import Kubectl
from tests.e2e.courses import ROOT, Course, between
from tests.terminal import Terminal
from tools.artifacts import get
from tools.lab import ports
from tools.pages import typed

pytestmark = pytest.mark.core
PAGE = "docs/courses/000-weather.md"
TOPIC = """kubectl exec deploy/meteo-toolbox -- \\
  kafka-topics.sh --bootstrap-server kafka:9092 --describe --topic weather"""
LACKING = """kubectl exec deploy/meteo-toolbox -- \\
  kafka-topics.sh --bootstrap-server kafka:9092 --describe --topic weather --under-replicated"""
DESCRIBE = typed(PAGE, TOPIC)
MISSING = typed(PAGE, LACKING)
STOP = typed(
    PAGE, """kubectl patch slab meteo --type merge -p '{"spec":{"kafka":{"stoppedBrokers":[1]"""
)
START = typed(
    PAGE, """kubectl patch slab meteo --type merge -p '{"spec":{"kafka":{"stoppedBrokers":[]"""
)
ELECT = typed(PAGE, "kubectl exec deploy/meteo-toolbox -- kafka-leader-election.sh")
POINTS = (3000, 3000, 3000)
STOPPED = 1
PARTITION = re.compile(
    r"Topic: (\S+)\s+Partition: (\d+)\s+Leader: (\d+|none)\s+Replicas: (\S+)\s+Isr: (\S*)"
)


class Partition(NamedTuple):
    """One line of `kafka-topics.sh --describe`."""

    topic: str
    number: int
    leader: str
    replicas: frozenset[str]
    in_sync: frozenset[str]


def partitions(described: str) -> list[Partition]:
    """The partitions that a description lists."""
    return [
        Partition(topic, int(number), leader, _set(replicas), _set(in_sync))
        for topic, number, leader, replicas, in_sync in PARTITION.findall(described)
    ]


def _set(brokers: str) -> frozenset[str]:
    return frozenset(brokers.split(",")) if brokers else frozenset()


@pytest.fixture(scope="module")
def meteo(kubectl: Kubectl, course_namespace: str, course_terminal: Terminal) -> Iterator[Course]:
    """The lab of examples/meteo.yaml."""
    course = Course(kubectl, course_namespace, "meteo")
    course_terminal.type(typed(PAGE, "kubectl apply -f examples/meteo.yaml"))
    course.wait("Ready")
    yield course


@pytest.fixture
def home(meteo: Course, course_terminal: Terminal) -> Terminal:
    """The terminal in front of the lab."""
    return course_terminal


LOOKS = (
    (typed(PAGE, "kubectl get pods"), "meteo-toolbox-"),
    (
        typed(PAGE, "kubectl logs -l app.kubernetes.io/component=init"),
        "topic 'weather' made with 4 partitions",
    ),
    (typed(PAGE, "kubectl logs -l app.kubernetes.io/component=inject"), "done: wrote 3000 points"),
    (
        typed(PAGE, "kubectl get slab meteo \\\n  -o jsonpath='{range .status.conditions"),
        "KafkaReady\tTrue\tkafka: 3 of 3 ready",
    ),
    (typed(PAGE, "kubectl get configmap meteo-telegraf"), "kafka"),
    (typed(PAGE, "kubectl get configmap -l app.kubernetes.io/component=init"), "config.json"),
    (typed(PAGE, "kubectl describe pod meteo-influxdb-0"), "influxdb"),
    (typed(PAGE, "kubectl get services"), "meteo-kafka-2"),
    (typed(PAGE, "kubectl get slab"), "3/3       3000/3000/3000"),
    (typed(PAGE, "kubectl exec deploy/meteo-toolbox -- kcat"), '"temperature"'),
    (typed(PAGE, "kubectl exec deploy/meteo-toolbox -- kafka-metadata-quorum.sh"), "Leader"),
    (
        typed(PAGE, "kubectl get secret meteo-credentials -o go-template='{{range"),
        "influxdb-admin-token\n",
    ),
    (
        typed(PAGE, "kubectl get slab meteo -o jsonpath='{.status.kafka.brokers}"),
        '"state":"Running"',
    ),
)
"""A command that only looks, and a word of what the page shows."""


@pytest.mark.parametrize(("command", "seen"), LOOKS, ids=range(len(LOOKS)))
def test_a_command_of_the_page_shows_what_the_page_says(
    home: Terminal, meteo: Course, command: str, seen: str
) -> None:
    meteo.until(lambda: seen in home.type(command), seen, 60)


def test_the_password_of_kafka_ui_is_printed_where_there_is_one(
    home: Terminal, meteo: Course
) -> None:
    password = typed(PAGE, "kubectl get secret meteo-credentials -o go-template='{{index")
    assert len(home.type(password)) > 16


def test_the_lab_is_followed_until_ctrl_c(home: Terminal) -> None:
    assert home.until(typed(PAGE, "kubectl get slab --watch"), "3000/3000/3000")


def weather(home: Terminal, command: str = DESCRIBE) -> list[Partition]:
    """What the student sees of the topic in the toolbox."""
    return partitions(home.type(command))


def test_the_topic_has_four_partitions_with_three_copies_each(
    home: Terminal, meteo: Course
) -> None:
    described = home.type(DESCRIBE)
    assert "PartitionCount: 4" in described
    assert "ReplicationFactor: 3" in described
    assert [p.number for p in partitions(described)] == [0, 1, 2, 3]
    assert {p.in_sync for p in partitions(described)} == {frozenset("012")}
    assert meteo.counts() == POINTS
    meteo.until_passed("q01-start")


def test_the_ports_of_the_running_lab_are_those_in_the_courses_page(
    meteo: Course,
) -> None:
    objects = ports.running(meteo.kubectl.api, meteo.namespace, meteo.name)
    if "KafkaUIReady" in meteo.not_offered():
        objects += rendered("kafka-ui")
    assert ports.table(objects) == between("answers/000-weather.md", "ports")


def rendered(chart: str) -> list[dict[str, Any]]:
    """A part that has no image here, as its chart would make it."""
    words = [
        "template", f"meteo-{chart}", str(ROOT / "charts" / chart),
        "--set", f"aliasService={chart},login.existingSecret.name=meteo-credentials",
    ]  # fmt: skip
    helm = str(get("helm") / "bin" / "helm")
    done = subprocess.run([helm, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kinds = ("Service", "Deployment")
    return [found for found in yaml.safe_load_all(done.stdout) if found and found["kind"] in kinds]


def test_a_stopped_broker_hands_its_partitions_over_and_catches_up_when_it_is_back(
    meteo: Course, home: Terminal
) -> None:
    gone = str(STOPPED)
    # A broker that missed its heartbeats on a busy machine has lost its partitions: Kafka gives
    # them back after minutes, or by the course's own command.
    home.type(ELECT)
    meteo.until(lambda: any(p.leader == gone for p in weather(home)), "it leads a partition")

    home.type(STOP)
    home.type(typed(PAGE, "kubectl wait --for=jsonpath='{.status.kafka.brokers[1]"), 130)

    meteo.until(lambda: meteo.condition("KafkaReady")["reason"] == "BrokerStopped", "BrokerStopped")
    condition = meteo.condition("KafkaReady")
    assert condition["status"] == "False"
    assert f"meteo-kafka-{gone}" in condition["message"]
    assert meteo.condition("Ready")["status"] == "False"
    missing = weather(home, MISSING)
    assert [p.number for p in missing] == [0, 1, 2, 3]
    assert {p.in_sync for p in missing} == {frozenset("012") - {gone}}
    assert all(p.leader in {"0", "2"} for p in missing)

    home.type(START)
    # The status is of the edit's generation a moment later.
    meteo.wait("Ready")
    home.type(typed(PAGE, "kubectl wait --for=condition=Ready slab/meteo --timeout=3m"), 190)
    assert meteo.counts() == POINTS
    assert weather(home, MISSING) == []
    assert {p.in_sync for p in weather(home)} == {frozenset("012")}
    meteo.until_passed("q16-stop-a-broker", "q17-start-it-again")


CONSUMER = """
from confluent_kafka import Consumer
settings = {"bootstrap.servers": "kafka:9092", "group.id": "mine", "auto.offset.reset": "earliest"}
consumer = Consumer(settings)
consumer.subscribe(["weather"])
read = 0
while read < 3000:
    message = consumer.poll(30)
    assert message is not None and message.error() is None, f"{message} after {read}"
    read += 1
consumer.close()
"""


def test_a_consumer_of_ones_own_reads_every_partition(meteo: Course) -> None:
    meteo.run("deploy/meteo-toolbox", "python3", "-c", CONSUMER)
    meteo.until_passed("more-consumer")


def test_an_injection_without_end_makes_the_alert_fire(meteo: Course, home: Terminal) -> None:
    alert = {"name": "heat", "field": "temperature", "above": -60, "every": "5s"}
    spec = {"inject": {"points": 0, "rate": "10/s"}, "influxdb": {"alerts": [alert]}}
    patch = json.dumps({"spec": spec})
    home.type(f"kubectl patch slab meteo --type merge -p '{patch}'")
    meteo.until_passed("more-endless", "more-alert")
    meteo.wait("Ready")
