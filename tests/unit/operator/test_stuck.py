"""Pods that nobody would replace: which, and when."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import (
    Culprit,
    JobState,
    LabView,
    Observed,
    PodState,
    WorkloadState,
)
from streaminglab_operator.plan.stuck import PATIENCE_SECONDS, Stuck, hopeless_jobs, stuck

NOW = 1_772_000_000.0
SET = Observed(
    kind="StatefulSet", name="meteo-postgresql", uid="s", resource_version=1,
    component="postgresql", digest="d", ownership="o", deleting=False,
    state=WorkloadState(desired=1, ready=0, settled=False, revision="new"),
)  # fmt: skip
POD = replace(
    SET,
    kind="Pod",
    name="meteo-postgresql-0",
    uid="p",
    state=PodState(
        ready=False, finished=False, fingerprint="f", owner=SET.name, revision="old",
        culprit=Culprit(Reason.UNSCHEDULABLE, "no node"),
    ),
)  # fmt: skip


def _pod(**changes: object) -> Observed:
    assert isinstance(POD.state, PodState)
    return replace(POD, state=replace(POD.state, **changes))  # type: ignore[arg-type]


def _seen(pod: Observed, owner: Observed = SET, apart: str = "") -> Stuck:
    objects = {(o.kind, o.name): o for o in (pod, owner)}
    return stuck(LabView(objects=objects, now=NOW), apart=apart)


def _ago(seconds: float) -> str:
    return datetime.fromtimestamp(NOW - seconds, UTC).isoformat()


def test_a_pod_of_an_older_template_that_cannot_come_up_goes() -> None:
    assert _seen(_pod()) == Stuck((_pod(),))


@pytest.mark.parametrize(
    "pod",
    [
        _pod(ready=True),
        _pod(revision="new"),
        _pod(revision=""),
        _pod(owner="meteo-other"),
        replace(_pod(), deleting=True),
    ],
)
def test_others_stay(pod: Observed) -> None:
    assert _seen(pod) == Stuck()


def test_a_template_that_its_controller_has_not_seen_is_waited_for() -> None:
    assert isinstance(SET.state, WorkloadState)
    assert _seen(_pod(), replace(SET, state=replace(SET.state, revision=""))) == Stuck()


def test_what_others_see_to_is_left_to_them() -> None:
    assert _seen(_pod(), apart="postgresql") == Stuck()


@pytest.mark.parametrize("reason", [Reason.STARTING, Reason.NOT_READY])
def test_what_may_still_answer_is_given_time(reason: Reason) -> None:
    why = Culprit(reason, "is starting")
    young = _pod(culprit=why, created=_ago(20))
    assert _seen(young) == Stuck((), PATIENCE_SECONDS - 20)
    old = _pod(culprit=why, created=_ago(PATIENCE_SECONDS))
    assert _seen(old) == Stuck((old,))


@pytest.mark.parametrize("created", ["", "yesterday", "9999-99-99T00:00:00Z"])
def test_a_time_that_cannot_be_read_gives_none(created: str) -> None:
    pod = _pod(culprit=Culprit(Reason.STARTING, "is starting"), created=created)
    assert _seen(pod) == Stuck((pod,))


def test_a_lab_of_many_jobs_and_pods_is_walked_over_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Anybody can put the lab's label on a thousand of each; each Job looked at every pod."""
    held = Culprit(Reason.OTHER_CONTAINER_RUNS, "a mesh")
    objects: dict[tuple[str, str], Observed] = {}
    for number in range(50):
        job = replace(SET, kind="Job", name=f"j{number}", uid=f"j{number}", state=JobState(
            complete=False, failed=False, active=1, failures=0
        ))  # fmt: skip
        pod = replace(_pod(culprit=held), name=f"p{number}", owner=job.uid)
        objects |= {("Job", job.name): job, ("Pod", pod.name): pod}
    looks: list[str] = []
    real = LabView.of_kind

    def counted(view: LabView, kind: str, component: str = "") -> list[Observed]:
        looks.append(kind)
        return real(view, kind, component)

    monkeypatch.setattr(LabView, "of_kind", counted)
    assert len(hopeless_jobs(LabView(objects=objects, now=NOW))) == 50
    assert sorted(looks) == ["Job", "Pod"]
