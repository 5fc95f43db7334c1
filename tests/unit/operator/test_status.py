"""The status as a table: what was seen leads to what is said."""

from dataclasses import replace
from typing import Any

import pytest

from streaminglab_operator.api import Reason, StreamingLabStatus
from streaminglab_operator.observed import Culprit, JobState, LabView, PodState
from streaminglab_operator.observed.ways import PagesState
from streaminglab_operator.plan import plan
from streaminglab_operator.status import blocked, summarise
from streaminglab_operator.status.changes import dated, events
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
    report,
    view,
    workload,
    workloads,
)

LAB = lab()
PULL = Culprit(Reason.IMAGE_PULL_BACK_OFF, "container telegraf of pod t: cannot be pulled")
STARTING = Culprit(Reason.STARTING, "pod meteo-kafka-0-0 is starting")


def _status(seen: LabView, last: dict[str, Any] | None = None, of: Any = LAB) -> dict[str, Any]:
    """As it would be stored, but for the times."""
    return summarise(of, seen, plan(of, seen, OPTIONS), StreamingLabStatus.read(last)).to_dict()


def _events(last: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    return events(StreamingLabStatus.read(last), StreamingLabStatus.read(new))


def _verified(said: str, state: JobState = COMPLETE) -> LabView:
    done = job(LAB, "verify", state, said)
    return view(LAB, workloads(LAB), init(LAB), inject(LAB), done)


def _telegraf(*pods: Any) -> LabView:
    (deployment, *_) = workload(LAB, "telegraf", ready=0)
    others = workloads(LAB, "kafka", "influxdb", "producer")
    return view(LAB, others, [deployment], pods, init(LAB), inject(LAB))


RETRYING = JobState(complete=False, failed=False, active=1, failures=2)
STATUSES: dict[str, tuple[LabView, str, str, str, str]] = {
    "nothing yet": (view(LAB, tokens=False), "Starting", "False", "Creating", "kafka"),
    "a pod that starts": (
        view(LAB, [workload(LAB, "kafka", ready=0)[0]], [pod("meteo-kafka-0-0", "kafka",
             ready=False, culprit=STARTING)]),
        "Starting", "False", "Starting", "meteo-kafka-0-0",
    ),
    "an image that cannot be pulled": (
        _telegraf(pod("t", "telegraf", ready=False, culprit=PULL)),
        "Starting", "False", "ImagePullBackOff", "container telegraf of pod t",
    ),
    "a pod that leaves": (
        _telegraf(pod("t-1", "telegraf", deleting=True)),
        "Starting", "False", "PodMissing", "pod t-1",
    ),
    "a running init": (
        view(LAB, workloads(LAB), init(LAB, RUNNING)),
        "Initialising", "False", "Running", "init is running",
    ),
    "an init that is tried again": (
        view(LAB, workloads(LAB), init(LAB, RETRYING, '{"message": "no broker"}')),
        "Initialising", "False", "Retrying", "failed 2 time(s) and is tried again: no broker",
    ),
    "an init that gave up": (
        view(LAB, workloads(LAB), init(LAB, FAILED, '{"message": "topic is taken"}')),
        "Failed", "False", "Failed", "topic is taken",
    ),
    "an init that gave up without a word": (
        view(LAB, workloads(LAB), init(LAB, FAILED)),
        "Failed", "False", "Failed", "backoff limit",
    ),
    "a running injection": (
        view(LAB, workloads(LAB), init(LAB), inject(LAB, RUNNING)),
        "Injecting", "False", "Running", "inject is running",
    ),
    "a comparison that is being made": (
        _verified("", RUNNING), "Verifying", "False", "Verifying", "being compared",
    ),
    "a comparison that found all equal and is not called complete yet": (
        _verified(report(), RUNNING), "Verifying", "False", "Verifying", "being compared",
    ),
    "a comparison that found all equal": (
        _verified(report()), "Ready", "True", "Ready", "3000 points in InfluxDB",
    ),
    "points and records that people wrote": (
        _verified(report(own=4)), "Ready", "True", "Ready",
        "none twice; 4 more, which the lab did not inject, are not compared",
    ),
    "an injection older than the retention": (
        _verified(report(500, 500)), "Ready", "True", "Ready",
        "none twice; 2500 of 3000 are older than what is kept",
    ),
    "an injection that has expired": (
        _verified(report(0, 0)), "Ready", "True", "Ready", "3000 of 3000 are older",
    ),
    "a comparison that misses a point": (
        _verified(report(3000, 2999), FAILED), "Failed", "False", "PointsMissing", "misses",
    ),
    "a comparison that misses a point and goes on": (
        _verified(report(3000, 2999), RETRYING), "Verifying", "False", "PointsMissing",
        "weather-telegraf misses points; verify waits for Telegraf to carry them",
    ),
    "a comparison that ended without a result": (
        _verified("java.lang.Error", FAILED), "Failed", "False", "VerifyFailed", "java.lang.Error",
    ),
    "a comparison whose words are lost": (
        _verified(""), "Verifying", "False", "Verifying", "result",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STATUSES, ids=list(STATUSES))
def test_status(case: str) -> None:
    seen, phase, ready, reason, words = STATUSES[case]
    status = _status(seen)
    said = {c["type"]: c for c in status["conditions"]}
    assert status["phase"] == phase
    assert (said["Ready"]["status"], said["Ready"]["reason"]) == (ready, reason)
    assert words in said["Ready"]["message"]
    trio = [said[kind]["status"] for kind in ("Ready", "Reconciling", "Stalled")]
    assert trio.count("True") == 1
    assert (said["Stalled"]["status"] == "True") == (phase == "Failed")


def test_what_is_broken_is_told_before_what_only_waits_for_it() -> None:
    seen = view(LAB, workloads(LAB, "influxdb", "telegraf"), init(LAB, FAILED, "no topic"))
    assert _status(seen)["conditions"][0]["reason"] == "Failed"


def test_a_lab_that_was_ready_is_degraded_and_not_starting() -> None:
    last = {"data": {"verifiedBy": "meteo-verify-1", "summary": "1/1/1"}}
    seen = _telegraf(pod("t", "telegraf", ready=False, culprit=PULL))
    status = _status(seen, last)
    assert status["phase"] == "Degraded"
    flowing = next(c for c in status["conditions"] if c["type"] == "DataFlowing")
    assert flowing["status"] == "Unknown"


def test_a_result_outlives_the_pod_that_told_it() -> None:
    first = _status(_verified(report()))
    again = _status(_verified(""), {"data": first["data"]})
    assert again["conditions"][0]["status"] == "True"
    assert "data" not in again, "what is unchanged is not written again"


def test_the_result_of_another_comparison_does_not_count() -> None:
    last = {"data": {"verifiedBy": "meteo-verify-00000000", "summary": "3000/3000/3000"}}
    assert _status(_verified(""), last)["conditions"][0]["status"] == "False"


def test_what_an_earlier_check_found_stands_while_an_endless_one_is_made_again() -> None:
    endless = lab({"inject": {"points": 0}})
    ready = all_ready(endless, epoch=7)
    before = plan(endless, ready, OPTIONS).release("verify")
    assert before is not None
    flowing = {"type": "DataFlowing", "status": "True", "reason": "Verified", "message": "10"}
    last = {"data": {"verifiedBy": before.name("meteo")}, "conditions": [flowing]}
    assert _status(all_ready(endless, epoch=8), last, endless)["phase"] == "Ready"
    assert _status(all_ready(endless, epoch=9), last, endless)["phase"] != "Ready"
    failed = {**last, "conditions": [{**flowing, "status": "False"}]}
    assert _status(all_ready(endless, epoch=8), failed, endless)["phase"] != "Ready"


def test_a_transition_time_changes_with_the_status_alone() -> None:
    def made(status: str, message: str) -> StreamingLabStatus:
        said = {"type": "Ready", "status": status, "reason": "Ready", "message": message}
        return StreamingLabStatus.model_validate({"conditions": [said]})

    first = dated(StreamingLabStatus(), made("False", "a"), "08:00")
    second = dated(first, made("False", "b"), "09:00")
    third = dated(second, made("True", "b"), "10:00")
    times = [s.conditions[0].last_transition_time for s in (first, second, third)]
    assert times == ["08:00", "08:00", "10:00"]


def test_the_time_of_a_comparison_is_that_of_the_pod_that_made_it() -> None:
    def seen(ended: str) -> StreamingLabStatus:
        found = _verified(report())
        objects = {
            key: replace(o, state=replace(o.state, ended=ended))
            if isinstance(o.state, PodState) and o.state.termination
            else o
            for key, o in found.objects.items()
        }
        now = replace(found, objects=objects)
        return summarise(LAB, now, plan(LAB, now, OPTIONS), StreamingLabStatus())

    first = dated(StreamingLabStatus(), seen("2026-03-02T08:00:09Z"), "2026-03-02T08:00:11Z")
    again = dated(first, seen("2026-03-02T09:30:00Z"), "2026-03-02T09:30:02Z")
    assert first.data is not None
    assert again.data is not None
    assert first.data.verified_by == again.data.verified_by, "the Job was deleted by hand"
    assert first.data.verified_at == "2026-03-02T08:00:09Z"
    assert again.data.verified_at == "2026-03-02T09:30:00Z"
    untold = dated(first, seen("yesterday"), "2026-03-02T09:30:02Z")
    assert untold.data is not None
    assert untold.data.verified_at == "2026-03-02T08:00:09Z"


def test_an_unchanged_status_has_no_event() -> None:
    status = _status(_verified(report()))
    assert _events(status, status) == []


def test_a_lab_that_ceases_to_be_ready_warns() -> None:
    ready, broken = (
        _status(_verified(report())),
        _status(_telegraf(pod("t", "telegraf", ready=False, culprit=PULL))),
    )
    found = _events(ready, broken)
    assert ("Warning", "ImagePullBackOff") in [(kind, reason) for kind, reason, _ in found]
    assert "Normal" not in [kind for kind, _, _ in found]


def test_the_way_to_ready_is_told_as_normal() -> None:
    assert {kind for kind, _, _ in _events({}, _status(_verified(report())))} == {"Normal"}


def test_of_the_way_to_ready_one_event_is_left_and_of_a_trouble_its_end() -> None:
    ready = _status(_verified(report()))
    assert [message for _, _, message in _events({}, ready)] == [ready["conditions"][0]["message"]]
    broken = _status(_telegraf(pod("t", "telegraf", ready=False, culprit=PULL)))
    assert {message.split(":")[0] for _, _, message in _events(broken, ready)} >= {"telegraf"}


def test_every_message_is_one_line_and_not_too_long() -> None:
    for seen, *_ in STATUSES.values():
        for condition in _status(seen)["conditions"]:
            assert "\n" not in condition["message"]
            assert len(condition["message"]) < 1000


def test_the_table_covers_every_phase() -> None:
    phases = {phase for _, phase, *_ in STATUSES.values()}
    assert phases | {"Degraded"} >= {"Starting", "Initialising", "Injecting", "Verifying", "Ready"}


@pytest.mark.parametrize(
    ("last", "phase"),
    [
        ({}, "Starting"),
        ({"phase": "Starting"}, "Starting"),
        ({"phase": "Ready"}, "Degraded"),
        ({"phase": "Degraded"}, "Degraded"),
        ({"phase": "Verifying", "data": {"summary": "1/1/1"}}, "Degraded"),
        ({"phase": "Suspended", "data": {"summary": "1/1/1"}}, "Suspended"),
    ],
    ids=str,
)
def test_a_pass_that_cannot_be_made_does_not_make_a_lab_that_worked_a_new_one(
    last: dict[str, Any], phase: str
) -> None:
    why = Culprit(Reason.QUOTA_EXCEEDED, "the namespace's quota forbids it")
    status = blocked(2, why, StreamingLabStatus.model_validate(last), final=False)
    assert status.phase == phase


def test_a_host_name_of_a_page_that_the_lab_has_not_is_said() -> None:
    hosts = {"jupyter": "a.example.org", "grafana": "b.example.org"}
    ingress = {"domain": "example.org", "hosts": hosts}
    of = lab({"jupyter": {}, "access": {"ingress": ingress}})
    state = PagesState(frozenset({"a.example.org"}), served=True)
    seen = view(of, workloads(of), [item("Ingress", "meteo-access", "access", state)])
    said = {c["type"]: c for c in _status(seen, of=of)["conditions"]}
    assert said["AccessReady"]["status"] == "True"
    assert said["AccessReady"]["message"].endswith("hosts also names grafana, which it has not")


def _page_alone_waits(culprit: Culprit, *, with_lab: bool) -> dict[str, Any]:
    """A lab of which all is ready but its page."""
    of = lab({"weather": False, "page": {"readyWithLab": with_lab}})
    (deployment, *_) = workload(of, "page", ready=0)
    others = workloads(of, "kafka")
    page = pod("meteo-page-1", "page", ready=False, culprit=culprit)
    return _status(view(of, others, [deployment], [page], init(of)), of=of)


BEHIND = Culprit(Reason.NOT_READY, "container page of pod meteo-page-1 runs, and does not answer")


def test_a_page_that_is_ready_with_its_lab_does_not_keep_it_from_being_ready() -> None:
    status = _page_alone_waits(BEHIND, with_lab=True)
    assert status["phase"] == "Ready"
    assert _page_alone_waits(BEHIND, with_lab=False)["phase"] == "Starting"


def test_a_page_that_cannot_start_keeps_its_lab_from_being_ready_all_the_same() -> None:
    assert _page_alone_waits(PULL, with_lab=True)["phase"] == "Starting"
