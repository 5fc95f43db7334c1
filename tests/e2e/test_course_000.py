"""Course 000: three brokers, the topic `weather` on all of them, and one of them stopped."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import yaml

from tests.e2e.cluster import Kubectl
from tests.e2e.courses import ROOT, Course, between
from tools.artifacts import get
from tools.lab import ports

pytestmark = pytest.mark.core
TOOLBOX = "deployment/meteo-toolbox"
TOPICS = ("kafka-topics.sh", "--bootstrap-server", "kafka:9092", "--describe")
ELECTION = (
    "kafka-leader-election.sh", "--bootstrap-server", "kafka:9092",
    "--election-type", "PREFERRED", "--all-topic-partitions",
)  # fmt: skip
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
def meteo(kubectl: Kubectl, course_namespace: str) -> Iterator[Course]:
    """The lab of examples/meteo.yaml."""
    course = Course(kubectl, course_namespace, "meteo")
    course.begin("meteo.yaml")
    yield course


def weather(lab: Course, *options: str) -> list[Partition]:
    """What the student sees of the topic in the toolbox."""
    return partitions(lab.run(TOOLBOX, *TOPICS, *options, "--topic", "weather"))


def test_the_topic_has_four_partitions_with_three_copies_each(meteo: Course) -> None:
    described = meteo.run(TOOLBOX, *TOPICS, "--topic", "weather")
    assert "PartitionCount: 4" in described
    assert "ReplicationFactor: 3" in described
    assert [p.number for p in partitions(described)] == [0, 1, 2, 3]
    assert {p.in_sync for p in partitions(described)} == {frozenset("012")}
    assert meteo.counts() == POINTS


def test_the_ports_of_the_running_lab_are_those_in_the_courses_page(
    meteo: Course,
) -> None:
    objects = ports.running(meteo.kubectl.api, meteo.namespace, meteo.name)
    if "KafkaUIReady" in meteo.not_offered():
        objects += rendered("kafka-ui")
    assert ports.table(objects) == between("000-weather.md", "ports")


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


def stop(lab: Course, brokers: str) -> None:
    """The one command of the course: name the stopped brokers."""
    patch = f'{{"spec":{{"kafka":{{"stoppedBrokers":[{brokers}]}}}}}}'
    lab.kubectl("patch", "slab", lab.name, "-n", lab.namespace, "--type", "merge", "-p", patch)


def test_a_stopped_broker_hands_its_partitions_over_and_catches_up_when_it_is_back(
    meteo: Course,
) -> None:
    gone = str(STOPPED)
    # A broker that missed its heartbeats on a busy machine has lost its partitions: Kafka gives
    # them back after minutes, or by the course's own command.
    meteo.run(TOOLBOX, *ELECTION)
    meteo.until(lambda: any(p.leader == gone for p in weather(meteo)), "it leads a partition", 30)

    stop(meteo, gone)

    meteo.until(
        lambda: meteo.condition("KafkaReady")["reason"] == "BrokerStopped", "BrokerStopped", 60
    )
    condition = meteo.condition("KafkaReady")
    assert condition["status"] == "False"
    assert f"meteo-kafka-{gone}" in condition["message"]
    assert meteo.condition("Ready")["status"] == "False"
    missing = weather(meteo, "--under-replicated-partitions")
    assert [p.number for p in missing] == [0, 1, 2, 3]
    assert {p.in_sync for p in missing} == {frozenset("012") - {gone}}
    assert all(p.leader in {"0", "2"} for p in missing)

    stop(meteo, "")

    meteo.wait("Ready", seconds=150)
    assert meteo.counts() == POINTS
    assert weather(meteo, "--under-replicated-partitions") == []
    assert {p.in_sync for p in weather(meteo)} == {frozenset("012")}
