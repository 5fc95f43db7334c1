"""A suspended lab: what goes in which order, what stays, and how it comes back."""

from collections.abc import Mapping
from typing import Any

import pytest

from streaminglab_operator.observed import WorkloadState
from streaminglab_operator.plan import Desired, Lab, plan
from tests.labs import (
    COMPLETE,
    FAILED,
    OPTIONS,
    RUNNING,
    all_ready,
    init,
    inject,
    item,
    job,
    lab,
    pod,
    view,
    workload,
    workloads,
)

EVERYTHING: Mapping[str, Any] = {
    "connect": {},
    "jupyter": {},
    "access": {"ingress": {"domain": "lab.example.org"}},
}


def suspended(more: Mapping[str, Any] | None = None) -> Lab:
    """A lab that is to rest."""
    return lab({"suspend": True, **(more or {})})


def at_rest(of: Lab, *components: str) -> list[Any]:
    """Workloads without pods."""
    return [
        item(o.kind, o.name, o.component, WorkloadState(0, 0, settled=True))
        for component in components
        for o in workload(of, component, ready=0)
    ]


def scaled_down(desired: Desired) -> set[str]:
    """The components whose chart is told to make no pods."""
    return {r.component for r in desired.releases if r.values.get("suspended")}


def test_what_writes_goes_first_and_what_it_writes_to_is_left_as_it_is() -> None:
    of = suspended({"connect": {}})
    desired = plan(of, view(of, workloads(of), init(lab()), inject(lab())), OPTIONS)
    assert scaled_down(desired) == {"telegraf", "producer", "connect"}
    assert desired.holds["influxdb"].message == "waits until connect has stopped"
    assert desired.holds["kafka"].reason == "Suspending"
    assert not {"influxdb", "kafka"} & {r.component for r in desired.releases}


@pytest.mark.parametrize(
    ("left", "down"),
    [
        (("kafka", "influxdb"), {"telegraf", "producer", "influxdb"}),
        (("kafka",), {"telegraf", "producer", "influxdb", "kafka"}),
        ((), {"telegraf", "producer", "influxdb", "kafka"}),
    ],
)
def test_influxdb_follows_and_kafka_is_last(left: tuple[str, ...], down: set[str]) -> None:
    of = suspended()
    resting = [c for c in ("telegraf", "producer", "influxdb", "kafka") if c not in left]
    seen = view(of, at_rest(of, *resting), *(workload(of, c) for c in left), init(lab()))
    assert scaled_down(plan(of, seen, OPTIONS)) == down


def test_a_pod_that_is_being_deleted_still_runs() -> None:
    of = suspended()
    leaving = [pod("meteo-producer-x", "producer", deleting=True)]
    seen = view(of, at_rest(of, "telegraf", "producer"), leaving, workload(of, "kafka"))
    desired = plan(of, seen, OPTIONS)
    assert desired.holds["kafka"].message == "waits until producer has stopped"
    assert desired.still_running == ("kafka", "producer")


def test_a_pod_that_has_ended_is_in_nobodys_way() -> None:
    of = suspended()
    ended = [pod("meteo-init-x", "init", ready=False, finished=True)]
    desired = plan(of, view(of, at_rest(of, "kafka"), ended), OPTIONS)
    assert "kafka" in scaled_down(desired)
    assert desired.still_running == ()


@pytest.mark.parametrize("state", [COMPLETE, FAILED])
def test_a_job_that_is_done_stays_so_that_it_is_not_run_again(state: Any) -> None:
    of = suspended()
    desired = plan(of, view(of, workloads(of), init(lab()), inject(lab(), state)), OPTIONS)
    assert {"init", "inject"} <= desired.kept
    assert not [r for r in desired.releases if r.digest]


def test_a_job_that_is_not_done_goes_and_so_does_a_running_comparison() -> None:
    of = suspended()
    running = inject(lab(), RUNNING)
    comparing = job(lab(), "verify", RUNNING)
    desired = plan(of, view(of, workloads(of), init(lab()), running, comparing), OPTIONS)
    assert "init" in desired.kept
    assert not {"inject", "verify"} & desired.kept


def test_a_lab_that_was_never_whole_rests_too() -> None:
    of = suspended({"connect": {}})
    broken = workload(of, "kafka", ready=0)
    pending = pod("meteo-kafka-0", "kafka", ready=False)
    desired = plan(of, view(of, broken, [pending], tokens=False), OPTIONS)
    assert "kafka" in scaled_down(desired)
    assert desired.still_running == ("kafka",)


def test_an_edit_made_meanwhile_is_in_the_values() -> None:
    of = suspended({"kafka": {"config": {"log.retention.hours": "1"}}})
    release = plan(of, view(of, at_rest(of, "kafka")), OPTIONS).release("kafka")
    assert release is not None
    assert release.values["config"] == {"log.retention.hours": "1"}


def test_nothing_of_a_lab_that_rests_is_pruned_in_the_middle_of_its_resume() -> None:
    """Kafka Connect waits for Kafka at resume; suspended again just then, its volume must stay."""
    raw: dict[str, Any] = {"connect": {}}
    resumed, again = lab(raw), suspended(raw)
    seen = view(again, at_rest(again, "kafka", "influxdb", "telegraf", "producer", "connect"))
    assert plan(resumed, seen, OPTIONS).holds["connect"].reason == "WaitingForComponents"
    desired = plan(again, seen, OPTIONS)
    assert {"connect"} <= desired.kept | {r.component for r in desired.releases}


def test_a_service_that_needs_kafka_comes_back_after_it() -> None:
    of = lab({"connect": {}})
    resting = at_rest(of, "influxdb", "telegraf", "producer", "connect")
    before = plan(of, view(of, resting, at_rest(of, "kafka")), OPTIONS)
    assert "connect" in before.holds
    after = plan(of, view(of, resting, workload(of, "kafka")), OPTIONS)
    assert after.release("connect") is not None


def test_a_lab_that_runs_is_not_told_of_suspension() -> None:
    of = lab(EVERYTHING)
    desired = plan(of, all_ready(of), OPTIONS)
    assert not desired.suspended
    assert not scaled_down(desired)


def test_influxdb_is_not_set_up_meanwhile() -> None:
    of = suspended()
    assert not plan(of, all_ready(lab()), OPTIONS).set_up_influxdb
