"""Who may make pods in a namespace can write any owner into one, and any last words."""

import json
from typing import Any

import pytest

from streaminglab_operator.observed import JobState, LabView, PodState
from streaminglab_operator.observed.objects import observed
from streaminglab_operator.status.components import report_of

Json = dict[str, Any]

NAME, UID = "meteo-verify-1", "uid-of-the-job"
JOB: Json = {"apiVersion": "batch/v1", "kind": "Job", "name": NAME, "uid": UID}
CONTROLLER = JOB | {"controller": True}
TRUTH, LIE = {"influxdb": 3, "equal": False}, {"influxdb": 3000, "equal": True}
COMPLETE = {"conditions": [{"type": "Complete", "status": "True"}]}


def _raw(name: str, created: str, owners: list[Json], report: Json) -> Json:
    ended = {"terminated": {"exitCode": 0, "message": json.dumps(report)}}
    return {
        "metadata": {
            "name": name,
            "uid": f"uid-{name}",
            "resourceVersion": "9",
            "creationTimestamp": created,
            "labels": {
                "app.kubernetes.io/component": "verify",
                "job-name": NAME,
                "batch.kubernetes.io/controller-uid": UID,
            },
            "ownerReferences": owners,
        },
        "status": {"phase": "Succeeded", "containerStatuses": [{"name": "main", "state": ended}]},
    }


def _view(*pods: Json, job: str = UID) -> LabView:
    raw = {
        "metadata": {"name": NAME, "uid": job, "resourceVersion": "9"},
        "spec": {},
        "status": COMPLETE,
    }
    found = [observed("Job", raw), *(observed("Pod", pod) for pod in pods)]
    assert isinstance(found[0].state, JobState)
    return LabView(objects={(o.kind, o.name): o for o in found})


REAL = _raw("real", "2026-03-02T08:00:00Z", [CONTROLLER], TRUTH)


@pytest.mark.parametrize(
    "owners",
    [
        [],
        [JOB],
        [JOB | {"controller": False}],
        [JOB | {"controller": "true"}],
        [CONTROLLER | {"uid": "uid-of-a-former-job"}],
        [CONTROLLER | {"uid": "uid-lab", "kind": "StreamingLab"}],
        [CONTROLLER | {"name": "another"}],
        [JOB, CONTROLLER | {"kind": "ReplicaSet", "name": "mine", "uid": "mine"}],
    ],
    ids=["none", "no controller", "false", "a text", "a former job", "the lab", "another name",
         "a second controller"],
)  # fmt: skip
def test_a_pod_that_the_job_does_not_control_is_not_believed(owners: list[Json]) -> None:
    forged = _raw("forged", "2026-03-02T09:00:00Z", owners, LIE)
    assert report_of(_view(REAL, forged), "verify", NAME) == TRUTH
    assert report_of(_view(forged), "verify", NAME) is None


def test_of_a_job_that_was_made_again_the_former_ones_pods_say_nothing() -> None:
    assert report_of(_view(REAL, job="uid-of-the-next-one"), "verify", NAME) is None
    only = _view(REAL)
    without = LabView(objects={k: o for k, o in only.objects.items() if o.kind == "Pod"})
    assert report_of(without, "verify", NAME) is None


def test_the_owner_of_a_pod_is_its_controller() -> None:
    first = _raw("p", "", [JOB | {"name": "first"}, CONTROLLER], TRUTH)
    state = observed("Pod", first).state
    assert isinstance(state, PodState)
    assert (state.owner, observed("Pod", first).owner) == (NAME, UID)
