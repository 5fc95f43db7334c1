"""Three brokers on the real cluster: stopped, started and restarted by edits of the spec alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.courses import Course
from tests.e2e.records import THREE, begin_writing, end_writing


@pytest.fixture(scope="module")
def lab(kubectl: Any, course_namespace: str) -> Course:
    """Three brokers, nothing else."""
    made = Course(kubectl, course_namespace, "meteo")
    made.apply(THREE)
    made.wait("Ready")
    return made


def kafka(lab: Course) -> dict[str, Any]:
    return dict(lab.get()["status"].get("kafka", {}))


def settled(lab: Course) -> Callable[[], bool]:
    return lambda: bool(kafka(lab).get("current"))


def states(lab: Course) -> dict[int, str]:
    return {b["id"]: b["state"] for b in kafka(lab)["brokers"]}


def edit(lab: Course, **kafka: Any) -> None:
    patch = json.dumps({"spec": {"kafka": kafka}})
    lab.kubectl("patch", "slab", lab.name, "-n", lab.namespace, "--type", "merge", "-p", patch)


def offsets(lab: Course) -> int:
    """How many records the topic holds."""
    out = lab.shell(
        "sts/meteo-kafka-0",
        "/opt/kafka/bin/kafka-get-offsets.sh --bootstrap-server meteo-kafka:9092 --topic orders",
    )
    return sum(
        int(line.rsplit(":", 1)[1]) for line in out.splitlines() if line.startswith("orders")
    )


def uids(lab: Course) -> set[str]:
    """Of the brokers' pods."""
    out = lab.kubectl(
        "get", "pods", "-n", lab.namespace, "-l", "app.kubernetes.io/component=kafka", "-o", "json",
    ).stdout  # fmt: skip
    return {item["metadata"]["uid"] for item in json.loads(out)["items"]}


def test_a_broker_stops_and_starts_by_one_edit_each(lab: Course) -> None:
    lab.until(settled(lab), "a look at the partitions")
    before = kafka(lab)
    assert (before["underReplicated"], before["offline"]) == (0, 0)
    assert states(lab) == {0: "Running", 1: "Running", 2: "Running"}

    edit(lab, stoppedBrokers=[1])

    lab.until(lambda: states(lab)[1] == "Stopped", "broker 1 stopped")
    lab.until(settled(lab), "a look at the partitions")
    seen = kafka(lab)
    assert lab.condition("KafkaReady")["reason"] == "BrokerStopped"
    orders = [p for p in seen["partitions"] if p["topic"] == "orders"]
    assert len(orders) == 6
    assert all(p["leader"] in (0, 2) and set(p["isr"]) == {0, 2} for p in orders)
    assert seen["underReplicated"] >= 6
    assert seen["offline"] == 0

    edit(lab, stoppedBrokers=[])

    lab.wait("Ready")
    lab.until(lambda: settled(lab)() and not kafka(lab)["underReplicated"], "all in sync")
    assert states(lab) == {0: "Running", 1: "Running", 2: "Running"}


def test_a_roll_never_stops_a_producer_that_wants_two_replicas(lab: Course) -> None:
    lab.until(settled(lab), "a look at the partitions")
    held, before = offsets(lab), uids(lab)
    begin_writing(lab)

    edit(lab, config={"log.retention.hours": "24"})

    lab.until(lambda: not before & uids(lab), "three other pods", 300)
    lab.wait("Ready")
    lab.until(settled(lab), "a look at the partitions")
    written = end_writing(lab)
    assert written["errors"] == []
    assert written["acknowledged"] == written["sent"] > 0
    assert offsets(lab) == held + written["sent"]
    assert kafka(lab)["underReplicated"] == 0


def test_a_roll_that_breaks_leaves_two_brokers_and_a_corrected_spec_heals_it(lab: Course) -> None:
    before = uids(lab)
    edit(lab, config={"num.io.threads": "none"})
    lab.until(
        lambda: lab.condition("KafkaReady")["reason"] in ("CrashLoopBackOff", "Error"),
        "a crash",
        120,
    )
    assert len(before & uids(lab)) == 2

    edit(lab, config={"num.io.threads": "3"})

    lab.wait("Ready")
    assert not before & uids(lab)
