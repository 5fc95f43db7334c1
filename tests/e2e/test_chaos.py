"""A declared chaos on the real cluster: brokers go and come, and nothing that was acknowledged is
lost."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from tests.e2e.courses import Course
from tests.e2e.records import THREE, begin_writing, end_writing
from tests.e2e.test_brokers import kafka, offsets, settled, states
from tests.terminal import Terminal
from tools.pages import put, typed

ROUNDS = [{"broker": broker, "atSeconds": 5, "downSeconds": 10} for broker in (1, 2, 0)]
BEGIN = typed(
    "docs/student.md", """kubectl patch slab cluster --type merge -p '{"spec":{"chaos":{"""
)
LOOK = typed("docs/student.md", "kubectl get slab cluster -o jsonpath='{.status.chaos}'")
END = typed(
    "docs/student.md", """kubectl patch slab cluster --type merge -p '{"spec":{"chaos":null"""
)
OURS = {"slab cluster": "slab meteo"}
CHAOS = {"durationSeconds": 600, "schedule": ROUNDS}


@pytest.fixture(scope="module")
def lab(kubectl: Any, course_namespace: str) -> Course:
    """Three brokers, nothing else."""
    made = Course(kubectl, course_namespace, "meteo")
    made.apply(THREE)
    made.wait("Ready")
    return made


def declare(lab: Course, chaos: dict[str, Any] | None) -> None:
    patch = json.dumps({"spec": {"chaos": chaos}})
    lab.kubectl("patch", "slab", lab.name, "-n", lab.namespace, "--type", "merge", "-p", patch)


def chaos(lab: Course) -> dict[str, Any]:
    return dict(lab.get()["status"].get("chaos", {}))


def has_stopped(lab: Course, count: int, broker: int) -> bool:
    return chaos(lab).get("count") == count and states(lab)[broker] == "Stopped"


def test_brokers_go_and_come_and_nothing_acknowledged_is_lost(lab: Course) -> None:
    lab.until(settled(lab), "a look at the partitions")
    begin_writing(lab)

    declare(lab, CHAOS)

    for count, broker in enumerate((1, 2, 0), start=1):
        lab.until(partial(has_stopped, lab, count, broker), f"stop {count}: {broker}")
        assert "spec.chaos" in lab.condition("KafkaReady")["message"]
        assert list(states(lab).values()).count("Running") == 2
    lab.until(lambda: chaos(lab)["state"] == "Ended", "the end of the schedule")
    lab.wait("Ready")
    lab.until(lambda: settled(lab)() and not kafka(lab)["underReplicated"], "all in sync")
    written = end_writing(lab)
    assert written["errors"] == []
    assert written["acknowledged"] == written["sent"] > 0
    assert offsets(lab) == written["sent"]
    reasons = lab.kubectl(
        "get", "events", "-n", lab.namespace, "-o", "jsonpath={.items[*].reason}"
    ).stdout.split()
    assert {"ChaosRunning", "ChaosOver"} <= set(reasons)


def test_the_commands_of_the_page_begin_one_and_end_it_at_once(
    lab: Course, course_terminal: Terminal
) -> None:
    declare(lab, None)
    course_terminal.type(put(BEGIN, OURS))
    declare(lab, {"periodSeconds": 21})
    lab.until(lambda: "Stopped" in states(lab).values(), "a random broker stopped")
    assert json.loads(course_terminal.type(put(LOOK, OURS)))["stoppedBrokers"] != []

    course_terminal.type(put(END, OURS))

    lab.wait("Ready")
    assert list(states(lab).values()) == ["Running"] * 3
    assert chaos(lab)["state"] == "Ended"
