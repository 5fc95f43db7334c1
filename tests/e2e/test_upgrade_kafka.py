"""A running lab of three brokers goes from one release of Kafka to the next, and back again.

The release of before is that of Connect's image, which has the broker of its own release too. Only
an operator of the test's own can be given it: the cluster-wide one works on every lab.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.e2e.cluster import READY_SECONDS, Kubectl
from tests.e2e.courses import Course
from tests.e2e.limited import LimitedOperator
from tests.e2e.records import THREE, begin_writing, end_writing, have_reader, read_on
from tools.images import reference

pytestmark = pytest.mark.exclusive

FORMER, NEW = "kafka-connect", "kafka"
ROLL_SECONDS = 2 * READY_SECONDS
METADATA = re.compile(
    r"Feature: metadata\.version\s.*SupportedMaxVersion: (\S+)\s+FinalizedVersionLevel: (\S+)"
)


@dataclass
class Roll:
    """What was seen of brokers and status from the old image to the new one.

    - ``renewed``: which brokers had the new image, in the order in which that was seen
    - ``down``: brokers of which the status said that they did not run
    - ``answered``: pods that were ready once: a probe that is late on a busy machine is no restart
    """

    lab: Course
    image: str
    renewed: list[set[int]] = field(default_factory=list)
    down: set[int] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)

    def not_begun(self) -> bool:
        """Whether all brokers serve, with the old image."""
        return self._pods() == ({0, 1, 2}, set())

    def over(self) -> bool:
        """Look once; whether the status says that the lab is up again."""
        status = self.lab.get()["status"]
        serving, renewed = self._pods()
        assert len(serving) >= 2, f"only brokers {serving} serve\n{self.lab.story()}"
        if renewed not in self.renewed:
            self.renewed.append(renewed)
        states = {broker["id"]: broker["state"] for broker in status["kafka"]["brokers"]}
        self.down |= {number for number, state in states.items() if state != "Running"}
        assert list(states.values()).count("Restarting") <= 1, states
        assert status["kafka"]["offline"] == 0
        said = self.lab.condition("KafkaReady")["status"] == "True"
        if said and renewed:
            # Said after a broker was renewed: by then all of them are, and serve.
            assert self._pods() == ({0, 1, 2}, {0, 1, 2})
        return said and bool(renewed)

    def _pods(self) -> tuple[set[int], set[int]]:
        """Brokers that serve, and those with the new image."""
        serving, renewed = set(), set()
        for pod in self.lab.items("pods", "app.kubernetes.io/component=kafka"):
            number = int(pod["metadata"]["labels"]["streaminglab.dev/broker"])
            conditions = {c["type"]: c["status"] for c in pod["status"].get("conditions", [])}
            if conditions.get("Ready") == "True":
                self.answered.add(pod["metadata"]["uid"])
            if pod["metadata"]["uid"] in self.answered and not leaving(pod):
                serving.add(number)
            if pod["spec"]["containers"][0]["image"] == self.image:
                renewed.add(number)
        return serving, renewed


def leaving(pod: dict[str, Any]) -> bool:
    """Whether a pod is being deleted."""
    return "deletionTimestamp" in pod["metadata"]


def tool(lab: Course, name: str, *words: str) -> str:
    """A tool of Kafka's in a broker's pod, which has little memory left beside the broker."""
    run = ("env", "KAFKA_HEAP_OPTS=-Xmx96m", f"/opt/kafka/bin/{name}.sh")
    return lab.run("sts/meteo-kafka-0", *run, "--bootstrap-server", "meteo-kafka:9092", *words)


def levels(lab: Course) -> tuple[str, str]:
    """`metadata.version`: the newest that the brokers know, and the one that they work with."""
    said = tool(lab, "kafka-features", "describe")
    found = METADATA.search(said)
    assert found, said
    return found[1], found[2]


def topic(lab: Course) -> str:
    """Its id, partitions, replicas and configuration."""
    return tool(lab, "kafka-topics", "--describe", "--topic", "orders").splitlines()[0]


def image_said(lab: Course) -> str:
    """The image of Kafka that the status names."""
    parts: list[dict[str, Any]] = lab.get()["status"]["components"]
    return next(str(part["image"]) for part in parts if part["name"] == "kafka")


def test_brokers_go_to_a_new_kafka_and_back_one_by_one_and_lose_nothing(
    kubectl: Kubectl, namespace: str, limited_operator: LimitedOperator
) -> None:
    lab = Course(kubectl, namespace, "meteo")
    limited_operator.install(kafka=reference(FORMER))
    lab.apply(THREE)
    lab.wait("Ready")
    have_reader(lab)
    newest, level = levels(lab)
    assert newest == level, "a volume is formatted with the newest that its broker knows"
    before = topic(lab)

    for name in (NEW, FORMER):
        begin_writing(lab, f"writes-to-{name}")
        read = read_on(lab, 20)
        roll = Roll(lab, reference(name))
        lab.until(roll.not_begun, "three brokers that serve")
        limited_operator.install(kafka=reference(name))
        lab.until(roll.over, f"three brokers of {reference(name)}", ROLL_SECONDS)
        assert [r for r in roll.renewed if r] == [{2}, {1, 2}, {0, 1, 2}]
        assert roll.down == {0, 1, 2}
        lab.wait("Ready")
        assert image_said(lab) == reference(name)

        written = end_writing(lab, f"writes-to-{name}")
        assert written["errors"] == []
        assert written["acknowledged"] == written["sent"] > 0
        # The group goes on where it was: it reads every record, and none twice.
        read += read_on(lab, written["sent"] - len(read))
        assert sorted(read) == list(range(written["sent"]))
        assert topic(lab) == before
        known, now = levels(lab)
        assert now == level, "nothing raises the metadata version, so that there is a way back"
        assert (known == newest) is (name == FORMER)
