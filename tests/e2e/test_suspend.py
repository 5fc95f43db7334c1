"""A lab rests and comes back on the real cluster: the same records, offsets and passwords."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.cluster import SMALL, LabHandle
from tests.terminal import Terminal
from tools.lab.found import LAB
from tools.pages import typed

EQUAL = (600, 600, 600)


def rest(lab: LabHandle, spec: dict[str, Any]) -> None:
    """Suspend a lab and wait until it has no pod that runs."""
    lab.apply({**spec, "suspend": True})
    lab.wait("Suspended")
    phases = {p["status"]["phase"] for p in lab.items("pods")}
    assert phases <= {"Succeeded", "Failed"}


def passwords(lab: LabHandle) -> dict[str, str]:
    """The lab's credentials, as they are stored."""
    found: dict[str, str] = lab.get("secret", f"{lab.name}-credentials")["data"]
    return found


def end_offsets(lab: LabHandle) -> str:
    """The end of every partition of the lab's topics, by Kafka's own tool."""
    tool = "/opt/kafka/bin/kafka-get-offsets.sh --bootstrap-server localhost:9092"
    done = lab.kubectl(
        "exec", "-n", lab.namespace, lab.pod("kafka"), "-c", "kafka", "--", "env", "KAFKA_OPTS=",
        "KAFKA_HEAP_OPTS=-Xmx96m", "sh", "-c", f"{tool} --topic 'weather.*' | sort",
    )  # fmt: skip
    assert done.stdout.count("weather:") == 4, done.stdout
    return done.stdout


def test_ten_suspends_and_resumes_in_a_row_lose_nothing(lab: LabHandle) -> None:
    lab.apply(SMALL)
    lab.wait("Ready")
    before, offsets, inject = passwords(lab), end_offsets(lab), lab.items("jobs")
    uids = {j["metadata"]["uid"] for j in inject if "-verify-" not in j["metadata"]["name"]}
    for _ in range(10):
        rest(lab, SMALL)
        assert lab.get()["status"]["phase"] == "Suspended"
        lab.apply(SMALL)
        lab.wait("Ready")
        assert lab.counts() == EQUAL
    assert passwords(lab) == before
    assert end_offsets(lab) == offsets
    assert uids <= {j["metadata"]["uid"] for j in lab.items("jobs")}


def test_the_commands_of_the_page_let_a_lab_rest_and_end_it(
    lab: LabHandle, terminal: Terminal
) -> None:
    lab.apply(SMALL)
    lab.wait("Ready")
    terminal.type(typed("docs/student.md", "kubectl patch slab meteo --type merge"))
    wait = typed("docs/student.md", "kubectl wait --for=condition=Suspended")
    assert "condition met" in terminal.type(wait, 190)
    assert {p["status"]["phase"] for p in lab.items("pods")} <= {"Succeeded", "Failed"}
    terminal.type(typed("docs/student.md", "kubectl delete slab meteo"))
    assert not lab.items(LAB)
    for delete in (
        typed("README.md", "kubectl delete slab meteo"),
        typed("README.fr.md", "kubectl delete slab meteo"),
    ):
        lab.apply(SMALL)
        terminal.type(delete)
        assert not lab.items(LAB)


@pytest.mark.core
def test_a_lab_whose_broker_cannot_start_is_suspended_and_heals(lab: LabHandle) -> None:
    lab.apply(SMALL)
    lab.wait("Ready")
    hungry = {**SMALL, "kafka": {"resources": {"memory": "500Gi"}}}
    lab.apply(hungry)
    lab.wait("KafkaReady", "False")
    rest(lab, hungry)
    lab.apply(SMALL)
    lab.wait("Ready")
    assert lab.counts() == EQUAL
