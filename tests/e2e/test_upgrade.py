"""Labs of the version before under the operator, CRD and charts of this one, and back again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cluster import SMALL, Kubectl, LabHandle
from tests.e2e.former import Release, former, this

pytestmark = pytest.mark.exclusive

SECONDS = 600.0
EQUAL = (600, 600, 600)
THREE: dict[str, Any] = {
    "weather": False,
    "kafka": {"brokers": 3, "topics": [{"name": "orders", "partitions": 6}]},
    "schemaRegistry": {},
    "toolbox": {},
}
LIKE_NODES = ("nodeName", "volumes", "serviceAccount", "hostname")
"""Of a pod's spec: what is chosen for each pod anew, or has a name made by chance."""
FILL = """
from confluent_kafka import Producer
producer = Producer({"bootstrap.servers": "many-kafka:9092", "acks": "all"})
for number in range(1000):
    producer.produce("orders", str(number).encode(), key=str(number % 17).encode())
assert producer.flush(60) == 0
"""
COUNT = """
from confluent_kafka import Consumer, TopicPartition
consumer = Consumer({"bootstrap.servers": "many-kafka:9092", "group.id": "count"})
ends = (consumer.get_watermark_offsets(TopicPartition("orders", n), 30) for n in range(6))
print(sum(end - start for start, end in ends))
"""


@dataclass
class Labs:
    """Three labs of the version before: one with data, one of several brokers, one at rest."""

    plain: LabHandle
    many: LabHandle
    resting: LabHandle
    pods: dict[str, dict[str, Any]] = field(default_factory=dict)

    def begin(self) -> None:
        """All of them as they are before the upgrade."""
        self.plain.apply(SMALL)
        self.many.apply(THREE)
        self.resting.apply(SMALL)
        for lab in (self.plain, self.resting, self.many):
            lab.wait("Ready", seconds=SECONDS)
        self.resting.apply({**SMALL, "suspend": True})
        self.resting.wait("Suspended", seconds=SECONDS)
        self.toolbox(FILL)
        self.pods = self.seen()

    def toolbox(self, program: str) -> str:
        """What a Python program prints in the toolbox of the lab with several brokers."""
        done = self.many.kubectl(
            "exec", "-i", "-n", self.many.namespace, "deployment/many-toolbox", "--", "python3",
            "-", stdin=program,
        )  # fmt: skip
        return done.stdout

    def seen(self) -> dict[str, dict[str, Any]]:
        """Pods that serve: uid -> the pod. Those of Jobs come and go by their nature."""
        return {
            pod["metadata"]["uid"]: pod
            for lab in (self.plain, self.many, self.resting)
            for pod in lab.items("pods")
            if "deletionTimestamp" not in pod["metadata"]
            and "job-name" not in pod["metadata"]["labels"]
        }

    def injections(self) -> set[str]:
        """The Jobs that have put points into labs."""
        jobs = (j for lab in (self.plain, self.resting) for j in lab.items("jobs"))
        return {j["metadata"]["uid"] for j in jobs if "-inject-" in j["metadata"]["name"]}

    def follow(self) -> None:
        """Until all labs are settled; at each moment what the statuses say is looked at."""
        for lab, kind in ((self.plain, "Ready"), (self.many, "Ready"), (self.resting, "Suspended")):
            lab.until(self._settled(lab, kind), f"{lab.name} {kind}", SECONDS)

    def _settled(self, lab: LabHandle, kind: str) -> Callable[[], bool]:
        looks = 0

        def look() -> bool:
            nonlocal looks
            self._are_true()
            found = lab.get()
            applied = found["status"].get("observedGeneration") == found["metadata"]["generation"]
            waits = any(
                c["reason"] == "WaitingForTurn" for c in found["status"].get("conditions", [])
            )
            said = lab.condition(kind)["status"] == "True" and applied and not waits
            looks = looks + 1 if said else 0
            # Several looks in a row: an operator that has just begun has not changed anything yet.
            return looks >= 25

        return look

    def _are_true(self) -> None:
        """What must hold at every moment of an upgrade."""
        for lab in (self.plain, self.many, self.resting):
            found = lab.get()
            status = found["status"]
            assert status.get("phase") != "Failed", lab.story()
            ready = lab.condition("Ready")
            if lab is self.resting:
                assert ready["status"] == "False", ready
            if lab is self.many:
                assert status["kafka"]["offline"] == 0, status["kafka"]
        data = self.plain.get()["status"].get("data") or {}
        counted = {data.get(name) for name in ("influxdb", "producer", "telegraf")} - {None}
        assert counted <= {600}, data

    def hold(self) -> None:
        """Nothing is lost, in each of them."""
        assert self.plain.counts() == EQUAL
        assert int(self.toolbox(COUNT)) == 1000

    def changed_alike(self, before: dict[str, dict[str, Any]]) -> list[str]:
        """Pods that are new though nothing in their spec is: they need not have been rolled."""
        now = self.seen()
        old = {place(pod): like(pod) for uid, pod in before.items() if uid not in now}
        return [
            "/".join(place(pod))
            for uid, pod in now.items()
            if uid not in before and old.get(place(pod)) == like(pod)
        ]


def place(pod: dict[str, Any]) -> tuple[str, str, str]:
    """Where a pod stands: what comes in its place has the same."""
    labels = pod["metadata"]["labels"]
    component = labels["app.kubernetes.io/component"]
    return (pod["metadata"]["namespace"], component, labels.get("streaminglab.dev/broker", ""))


def like(pod: dict[str, Any]) -> dict[str, Any]:
    """What a pod is made of, without what each pod has of its own; its containers' mounts of the
    account's token have names by chance too."""
    spec = {key: value for key, value in pod["spec"].items() if key not in LIKE_NODES}
    parts = [
        {key: value for key, value in container.items() if key != "volumeMounts"}
        for container in (*spec.pop("containers"), *spec.pop("initContainers", ()))
    ]
    notes = {
        key: value
        for key, value in pod["metadata"].get("annotations", {}).items()
        if key.startswith("streaminglab.dev/") or key.startswith("checksum/")
    }
    return {"spec": spec, "containers": parts, "annotations": notes}


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Release]:
    """The release of before, in the cluster; this one is there again after the test."""
    release = former(tmp_path)
    try:
        release.install()
        yield release
    finally:
        this().install()


def test_labs_go_to_this_version_and_back_and_lose_nothing(
    before: Release, kubectl: Kubectl, make_namespace: Callable[[], str]
) -> None:
    plain, many, resting = (
        LabHandle(kubectl, make_namespace(), name) for name in ("plain", "many", "resting")
    )
    labs = Labs(plain, many, resting)
    labs.begin()
    jobs = labs.injections()
    for release in (this(), before):
        pods = labs.seen()
        release.install()
        labs.follow()
        labs.hold()
        assert labs.changed_alike(pods) == []
        assert labs.injections() == jobs
    labs.resting.apply(SMALL)
    labs.resting.wait("Ready", seconds=SECONDS)
    assert labs.resting.counts() == EQUAL
