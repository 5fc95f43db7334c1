"""A Job is done when its pod has ended well, whatever its controller says by then."""

from dataclasses import replace

import pytest

from streaminglab_operator.observed import JobState, Observed, PodState
from streaminglab_operator.observed.ended import with_ended_jobs

WORKS = JobState(complete=False, failed=False, active=1, failures=1)
ENDED = PodState(ready=False, finished=True, fingerprint="f", owner="init", succeeded=True)


def _item(kind: str, state: JobState | PodState, *, owner: str = "") -> Observed:
    return Observed(
        kind=kind,
        name="init",
        uid=f"u-{kind}",
        resource_version=1,
        component="init",
        digest="d",
        ownership="o",
        deleting=False,
        state=state,
        owner=owner,
    )


def _seen(job: JobState, pod: PodState, owner: str = "u-Job") -> JobState:
    items = (_item("Job", job), _item("Pod", pod, owner=owner))
    state = with_ended_jobs({(o.kind, o.name): o for o in items})["Job", "init"].state
    assert isinstance(state, JobState)
    return state


def test_a_pod_that_ended_well_ends_its_job() -> None:
    assert _seen(WORKS, ENDED) == replace(WORKS, complete=True, active=0)


@pytest.mark.parametrize(
    ("pod", "owner"),
    [
        (ENDED, "u-another"),
        (ENDED, ""),
        (replace(ENDED, succeeded=False), "u-Job"),
        (replace(ENDED, succeeded=False, finished=False), "u-Job"),
    ],
    ids=["of another Job", "of nobody", "failed", "runs"],
)
def test_no_other_pod_does(pod: PodState, owner: str) -> None:
    assert _seen(WORKS, pod, owner) == WORKS


def test_a_job_that_failed_has_failed() -> None:
    failed = replace(WORKS, failed=True, active=0)
    assert _seen(failed, ENDED) == failed
