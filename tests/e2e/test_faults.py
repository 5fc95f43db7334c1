"""Faults on the way: something is killed once, and the same points are everywhere all the same."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.e2e.cluster import SMALL, Kubectl, LabHandle

# Slow enough that a kill falls into the middle of it: 10 seconds.
STEADY: dict[str, Any] = {
    "profile": "nano",
    "inject": {"stations": 5, "rate": "200/s", "points": 2000},
}
EQUAL = (2000, 2000, 2000)


def _start(lab: LabHandle, spec: dict[str, Any]) -> None:
    lab.apply(spec)
    lab.until(lab.injected, "the injection's start")
    time.sleep(2)


@pytest.mark.parametrize("component", ["telegraf", "producer"])
def test_a_carrier_killed_midway_loses_nothing(lab: LabHandle, component: str) -> None:
    _start(lab, STEADY)
    lab.kill(lab.pod(component))
    lab.wait("Ready")
    assert lab.counts() == EQUAL


@pytest.mark.core
@pytest.mark.exclusive
def test_the_operator_killed_midway_goes_on(lab: LabHandle, kubectl: Kubectl) -> None:
    _start(lab, STEADY)
    kubectl(
        "delete", "pod", "-n", "streaminglab-system", "-l",
        "app.kubernetes.io/name=streaminglab-operator", "--grace-period=0", "--force",
    )  # fmt: skip
    lab.wait("Ready")
    assert lab.counts() == EQUAL


@pytest.mark.core
def test_three_brokers_lose_nothing_when_one_is_deleted_during_injection(lab: LabHandle) -> None:
    spec = {**STEADY, "kafka": {"brokers": 3}}
    _start(lab, spec)
    lab.kill("meteo-kafka-1-0")
    message = lab.wait("KafkaReady", "False")
    assert "meteo-kafka-1" in message
    lab.wait("Ready")
    assert lab.counts() == EQUAL


@pytest.mark.parametrize("component", ["kafka", "influxdb", "telegraf", "producer"])
def test_ready_turns_false_naming_a_deleted_pod_and_true_again(
    lab: LabHandle, component: str
) -> None:
    lab.apply(SMALL)
    lab.wait("Ready")
    pod = lab.pod(component)
    lab.kubectl("delete", "pod", pod, "-n", lab.namespace, "--wait=false")
    message = lab.wait("Ready", "False")
    assert f"meteo-{component}" in message
    lab.wait("Ready")
    assert lab.counts() == (600, 600, 600)


def test_a_quota_that_forbids_the_lab_is_told_and_heals_when_lifted(
    lab: LabHandle, kubectl: Kubectl
) -> None:
    kubectl("create", "quota", "tight", "--hard=pods=1", "-n", lab.namespace)
    lab.apply(SMALL)

    def reported() -> bool:
        return bool(lab.condition("Ready")["reason"] == "QuotaExceeded")

    lab.until(reported, "a word about the quota")
    assert "quota" in lab.condition("Ready")["message"]
    kubectl("delete", "quota", "tight", "-n", lab.namespace)
    lab.wait("Ready")
    assert lab.counts() == (600, 600, 600)


@pytest.mark.smoke
def test_a_service_edited_or_deleted_by_hand_is_restored(lab: LabHandle) -> None:
    lab.apply(SMALL)
    lab.wait("KafkaReady")
    before = lab.get("service", "meteo-kafka")["metadata"]["uid"]
    lab.kubectl("delete", "service", "meteo-kafka", "-n", lab.namespace)
    lab.until(lambda: _uid(lab) not in ("", before), "the Service's return")
    patch = '{"spec":{"selector":{"app.kubernetes.io/component":"nothing"}}}'
    lab.kubectl("patch", "service", "meteo-kafka", "-n", lab.namespace, "-p", patch)
    lab.until(lambda: _selected(lab) == "kafka", "the Service's own selector")


def _uid(lab: LabHandle) -> str:
    """The uid of the lab's Kafka Service; empty while there is none."""
    found = lab.kubectl(
        "get", "service", "meteo-kafka", "-n", lab.namespace, "-o", "jsonpath={.metadata.uid}",
        check=False,
    )  # fmt: skip
    return found.stdout


def _selected(lab: LabHandle) -> str:
    """The component that the lab's Kafka Service selects."""
    selector = lab.get("service", "meteo-kafka")["spec"]["selector"]
    return str(selector["app.kubernetes.io/component"])
