"""Which changes of a lab's objects let something go on, and which can wait for what follows."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.api import Reason
from streaminglab_operator.observed import (
    ClaimState,
    Culprit,
    JobState,
    Observed,
    PodState,
    WorkloadState,
)
from streaminglab_operator.observed.news import can_wait, same
from streaminglab_operator.observed.ways import OutsideState

STARTS = PodState(False, False, "p0", "", culprit=Culprit(Reason.STARTING, "starts"))
RUNS = PodState(True, False, "p1", "")
DONE = PodState(False, True, "p1", "", termination="{}")
UP = WorkloadState(desired=1, ready=1, settled=True)
DOWN = WorkloadState(desired=1, ready=0, settled=True)
WORKS = JobState(complete=False, failed=False, active=1, failures=0)
COMPLETE = JobState(complete=True, failed=False, active=0, failures=0)


def _item(kind: str, state: Any, **more: Any) -> Observed:
    made: dict[str, Any] = {"uid": f"u-{kind}", "ownership": "o", "owner": "lab"} | more
    return Observed(
        kind,
        kind,
        made.pop("uid"),
        1,
        "kafka",
        "d",
        made.pop("ownership"),
        made.pop("deleting", False),
        state=state,
        **made,
    )


def _waits(before: Observed | None, now: Observed, *others: Observed) -> bool:
    objects = {(o.kind, o.name): o for o in (*others, now)}
    return can_wait(before, now, objects)


@pytest.mark.parametrize("states", [(STARTS, RUNS), (RUNS, STARTS)], ids=["up", "down"])
def test_of_pod_and_workload_the_second_one_opens(states: tuple[PodState, PodState]) -> None:
    before, now = (_item("Pod", state) for state in states)
    gained = states[1] is RUNS
    assert _waits(before, now, _item("StatefulSet", DOWN)) is gained, "what is lost never waits"
    assert not _waits(before, now, _item("StatefulSet", UP))


def test_a_workload_opens_when_its_pods_are_ready_and_all_there() -> None:
    before, now = _item("StatefulSet", DOWN), _item("StatefulSet", UP)
    assert _waits(before, now), "its pod was not told yet"
    assert _waits(before, now, _item("Pod", STARTS))
    assert not _waits(before, now, _item("Pod", RUNS))
    assert not _waits(now, before, _item("Pod", RUNS))


def test_of_a_job_and_its_pod_the_second_one_opens() -> None:
    job, done = _item("Job", WORKS), _item("Job", COMPLETE)
    runs, ended = _item("Pod", RUNS, owner="u-Job"), _item("Pod", DONE, owner="u-Job")
    assert not _waits(job, done, runs)
    assert not _waits(runs, ended, done), "it says what it has found"
    assert _waits(None, runs, job)
    assert _waits(None, job)


def test_a_jobs_pod_that_ended_well_opens_and_its_controllers_word_is_no_news() -> None:
    job, done = _item("Job", WORKS), _item("Job", COMPLETE)
    well = _item("Pod", replace(DONE, succeeded=True), owner="u-Job")
    assert not _waits(_item("Pod", RUNS, owner="u-Job"), well, job)
    assert same(job, done, {("Pod", well.name): well})
    failed = _item("Job", replace(COMPLETE, complete=False, failed=True))
    assert not same(job, failed, {("Pod", well.name): well})
    assert not same(job, done, {("Pod", well.name): replace(well, owner="another")})


@pytest.mark.parametrize(
    "change", [{"deleting": True}, {"ownership": "edited"}, {"uid": "another"}, {"owner": ""}]
)
@pytest.mark.parametrize("state", [STARTS, DOWN, WORKS, ClaimState(False, "1Gi"), None], ids=str)
def test_what_somebody_does_to_an_object_never_waits(change: dict[str, Any], state: Any) -> None:
    kind = type(state).__name__
    assert not _waits(_item(kind, state), _item(kind, state, **change))


def test_a_claim_waits_and_an_address_does_not() -> None:
    claim = ClaimState(bound=False, asked="1Gi")
    assert _waits(_item("Claim", claim), _item("Claim", replace(claim, bound=True)))
    without, has = OutsideState(addressed=False), OutsideState(addressed=True)
    assert not _waits(_item("Service", without), _item("Service", has))


PODS = st.builds(PodState, st.booleans(), st.booleans(), st.sampled_from("ab"), st.just(""))
WORKLOADS = st.builds(
    WorkloadState, st.integers(0, 2), st.integers(0, 2), st.booleans(), st.none(), st.just("")
)


def _ready(pod: PodState | None, workload: WorkloadState) -> bool:
    live = [] if pod is None or pod.finished else [pod]
    return workload.up and len(live) == workload.desired and all(p.ready for p in live)


@given(st.lists(st.tuples(PODS, WORKLOADS), min_size=2, max_size=6))
def test_whenever_a_component_turns_ready_or_ceases_to_be_it_somebody_is_told_at_once(
    story: list[tuple[PodState, WorkloadState]],
) -> None:
    """Whatever the order of the two watches: what waits changes no readiness."""
    for (pod, load), (next_pod, next_load) in pairwise(story):
        had = _ready(pod, load)
        between = _ready(next_pod, load)
        seen, item = _item("Pod", next_pod), _item("StatefulSet", load)
        if _waits(_item("Pod", pod), seen, item):
            assert had is between or (pod.finished or next_pod.finished)
        if _waits(item, _item("StatefulSet", next_load), seen):
            assert _ready(next_pod, next_load) is between


def test_a_new_version_alone_is_no_news() -> None:
    item = _item("Pod", RUNS)
    assert same(item, replace(item, resource_version=7), {})
    assert not same(item, replace(item, state=STARTS), {})
