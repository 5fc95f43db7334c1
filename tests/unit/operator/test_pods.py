"""A pod's state and the culprit in plain words, from JSON as clusters really give it."""

import copy
from typing import Any

import pytest

from streaminglab_operator.api import Reason
from streaminglab_operator.observed.pods import pod_state
from tests.unit.operator.pods_as_seen import (
    UNSCHEDULABLE,
    container,
    pod,
    running,
    terminated,
    waiting,
)

PULL = 'Back-off pulling image "apache/kafka:4.3.1"'
QUOTED = 'secret "meteo-credentials" not found'
JUPYTER = {
    "containers": [
        {
            "name": "jupyter",
            "image": "jupyter",
            "volumeMounts": [
                {"name": "home", "mountPath": "/home/jovyan"},
                {"name": "tmp", "mountPath": "/tmp"},
            ],
        }
    ],
    "volumes": [
        {"name": "home", "persistentVolumeClaim": {"claimName": "home-meteo-jupyter-0"}},
        {"name": "tmp", "emptyDir": {"sizeLimit": "256Mi"}},
    ],
}

TROUBLE: dict[str, tuple[dict[str, Any], str, tuple[str, ...]]] = {
    "an image that cannot be pulled": (
        pod(container(waiting("ImagePullBackOff", PULL))),
        "ImagePullBackOff",
        ("pod meteo-kafka-0-0", "container kafka", "apache/kafka:4.3.1", "cannot be pulled"),
    ),
    "an image that is not on the node": (
        pod(container(waiting("ErrImageNeverPull"))),
        "ErrImageNeverPull",
        ("apache/kafka:4.3.1", "not on the node"),
    ),
    "an image name that is not valid": (
        pod(container(waiting("InvalidImageName", "couldn't parse"))),
        "InvalidImageName",
        ("not valid",),
    ),
    "no node with room": (
        pod(conditions=[UNSCHEDULABLE]),
        "Unschedulable",
        ("pod meteo-kafka-0-0", "finds no node", "Insufficient memory"),
    ),
    "killed for its memory and waiting to start again": (
        pod(
            container(
                waiting("CrashLoopBackOff", "back-off 20s restarting failed container"),
                terminated(137, "OOMKilled"),
                restarts=2,
            ),
            phase="Running",
        ),
        "OOMKilled",
        ("container kafka", "more memory than its limit"),
    ),
    "killed for its memory just now": (
        pod(container(terminated(137, "OOMKilled")), phase="Running"),
        "OOMKilled",
        ("more memory than its limit",),
    ),
    "ends again and again": (
        pod(
            container(
                waiting("CrashLoopBackOff", "back-off 40s"),
                terminated(1, "Error", "java.lang.IllegalArgumentException: node.id missing\n"),
            ),
            phase="Running",
        ),
        "CrashLoopBackOff",
        ("keeps ending", "node.id missing"),
    ),
    "ended once with an error": (
        pod(container(terminated(3, "Error", "cannot open /data")), phase="Running"),
        "Error",
        ("ended with code 3", "cannot open /data"),
    ),
    "runs and does not answer its probe": (
        pod(container(running()), phase="Running"),
        "NotReady",
        ("container kafka of pod meteo-kafka-0-0", "readiness probe"),
    ),
    "a Secret that is missing": (
        pod(container(waiting("CreateContainerConfigError", QUOTED))),
        "CreateContainerConfigError",
        ("Secret or ConfigMap", "meteo-credentials"),
    ),
    "an init container that cannot be pulled": (
        pod(
            container(waiting("PodInitializing")),
            initContainerStatuses=[container(waiting("ErrImagePull", "not found"), name="format")],
        ),
        "ErrImagePull",
        ("container format",),
    ),
    "put out by its node": (
        pod(phase="Failed", reason="Evicted", message="The node was low on resource: memory."),
        "Evicted",
        ("pod meteo-kafka-0-0", "low on resource: memory"),
    ),
    "put out for a full emptyDir": (
        {
            **pod(
                container(terminated(137)),
                phase="Failed",
                reason="Evicted",
                message='Usage of EmptyDir volume "tmp" exceeds the limit "256Mi". ',
            ),
            "spec": JUPYTER,
        },
        "Evicted",
        (
            "emptyDir tmp (/tmp of container jupyter) holds at most 256Mi",
            "Keep large files in /home/jovyan",
        ),
    ),
    "put out for a full emptyDir beside a volume that is its server's own": (
        {
            **pod(
                phase="Failed",
                reason="Evicted",
                message='Usage of EmptyDir volume "tmp" exceeds the limit "64Mi". ',
            ),
            "spec": {
                "containers": [
                    {
                        "name": "kafka",
                        "volumeMounts": [
                            {"name": "data", "mountPath": "/var/lib/kafka/data"},
                            {"name": "tmp", "mountPath": "/tmp"},
                        ],
                    }
                ],
                "volumes": [
                    {"name": "data", "persistentVolumeClaim": {"claimName": "data-k"}},
                    {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}},
                ],
            },
        },
        "Evicted",
        ("(/tmp of container kafka)", "no volume for files", "Jupyter's home"),
    ),
    "put out for a full emptyDir and without a volume": (
        pod(
            phase="Failed",
            reason="Evicted",
            message='Usage of EmptyDir volume "tmp" exceeds the limit "512Mi". ',
        ),
        "Evicted",
        ("emptyDir tmp holds at most 512Mi", "This pod has no volume for files"),
    ),
    "put out for its own limit of ephemeral storage": (
        pod(
            phase="Failed",
            reason="Evicted",
            message="Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ",
        ),
        "Evicted",
        ("its limit of ephemeral-storage", "limit of containers 1Gi"),
    ),
    "ended by its node for a reason of which there are many": (
        pod(phase="Failed", reason="NodeShutdown", message="Pod was terminated."),
        "PodFailed",
        ("pod meteo-kafka-0-0 failed", "NodeShutdown", "Pod was terminated"),
    ),
    "waits for a reason that kubelet has made up since": (
        pod(container(waiting("ImageInspectError", "no such layer"))),
        "PodFailed",
        ("container kafka of pod meteo-kafka-0-0", "ImageInspectError", "no such layer"),
    ),
    "not scheduled for a reason of another scheduler": (
        pod(conditions=[{**UNSCHEDULABLE, "reason": "QueueFull"}]),
        "Unschedulable",
        ("finds no node",),
    ),
    "the scheduler's write came second": (
        pod(
            conditions=[
                {
                    **UNSCHEDULABLE,
                    "reason": "SchedulerError",
                    "message": 'running PreBind plugin "VolumeBinding": Operation cannot be '
                    'fulfilled on persistentvolumeclaims "data-meteo-kafka-0-0": the object has '
                    "been modified; please apply your changes to the latest version",
                }
            ]
        ),
        "Starting",
        ("pod meteo-kafka-0-0 is starting", "the scheduler tries again", "VolumeBinding"),
    ),
    "not scheduled by any scheduler yet": (
        pod(phase="Pending"),
        "Starting",
        ("pod meteo-kafka-0-0 is starting",),
    ),
    "its container is being created": (
        pod(container(waiting("ContainerCreating"))),
        "Starting",
        ("is starting",),
    ),
    "its init container is at work": (
        pod(
            container(waiting("PodInitializing")),
            initContainerStatuses=[container(running(), name="format")],
        ),
        "Starting",
        ("is starting",),
    ),
}


@pytest.mark.parametrize("case", TROUBLE, ids=list(TROUBLE))
def test_a_pod_in_trouble_names_its_culprit(case: str) -> None:
    raw, reason, words = TROUBLE[case]
    culprit = pod_state(raw).culprit
    assert culprit is not None
    assert culprit.reason == reason
    for word in words:
        assert word in culprit.message


@pytest.mark.parametrize("case", TROUBLE, ids=list(TROUBLE))
def test_the_reason_of_a_pod_in_trouble_is_documented(case: str) -> None:
    culprit = pod_state(TROUBLE[case][0]).culprit
    assert culprit is not None
    assert culprit.reason in {str(reason) for reason in Reason}


def test_a_ready_pod_has_no_culprit_even_if_it_was_killed_before() -> None:
    raw = pod(
        container(running(), terminated(137, "OOMKilled"), ready=True, restarts=1),
        phase="Running",
        ready=True,
    )
    state = pod_state(raw)
    assert state.ready
    assert state.culprit is None


def test_a_pod_that_did_its_work_has_no_culprit() -> None:
    state = pod_state(
        pod(container(terminated(0, "Completed", '{"equal":true}')), phase="Succeeded")
    )
    assert state.finished
    assert state.culprit is None
    assert state.termination == '{"equal":true}'
    assert state.ended == "2026-03-02T08:00:09Z"


def test_the_last_words_of_a_container_that_runs_again_are_kept() -> None:
    raw = pod(container(running(), terminated(1, "Error", "disk full")), phase="Running")
    assert pod_state(raw).termination == "disk full"


def test_the_fingerprint_changes_when_a_container_was_started_anew() -> None:
    first = pod(container(running(), ready=True), phase="Running", ready=True)
    again = pod(container(running(), ready=True, restarts=1), phase="Running", ready=True)
    assert pod_state(first).fingerprint != pod_state(again).fingerprint


def test_the_fingerprint_does_not_change_when_only_readiness_does() -> None:
    ready = pod(container(running(), ready=True), phase="Running", ready=True)
    unready = pod(container(running()), phase="Running")
    assert pod_state(ready).fingerprint == pod_state(unready).fingerprint


def test_long_words_of_a_container_are_cut_to_one_line() -> None:
    words = "Exception in thread main\n" + "x" * 4000
    raw = pod(container(waiting("CrashLoopBackOff"), terminated(1, "Error", words)))
    culprit = pod_state(raw).culprit
    assert culprit is not None
    assert "\n" not in culprit.message
    assert len(culprit.message) < 500


def test_a_pod_without_any_status_is_starting() -> None:
    raw = pod()
    del raw["status"]
    state = pod_state(raw)
    assert not state.ready
    assert state.culprit is not None
    assert state.culprit.reason == "Starting"


def test_of_a_report_only_the_sentence_for_people_is_told() -> None:
    report = '{"failed": ["x"], "message": "plugin x: wrong checksum"}'
    state = pod_state(pod(container(terminated(1, message=report))))
    assert state.culprit is not None
    assert state.culprit.message.endswith("plugin x: wrong checksum")


def test_a_container_that_a_webhook_added_is_not_taken_for_ours() -> None:
    """A kubelet lists containers by name, so that one of others may come first."""
    proxy = container(terminated(0, "Completed", '{"equal":false}'), name="istio-proxy")
    ours = container(terminated(0, "Completed", '{"equal":true}'))
    assert pod_state(pod(proxy, ours, phase="Succeeded")).termination == '{"equal":true}'


def test_a_container_of_others_that_starts_anew_asks_for_no_other_comparison() -> None:
    ours = container(running(), ready=True)
    prints = {
        pod_state(
            pod(container(running(), name="istio-proxy", ready=True, restarts=restarts), ours)
        ).fingerprint
        for restarts in (0, 1)
    }
    assert prints == {pod_state(pod(ours)).fingerprint}


def of_a_job(raw: dict[str, Any]) -> dict[str, Any]:
    found = copy.deepcopy(raw)
    found["metadata"]["ownerReferences"][0]["kind"] = "Job"
    return found


def test_what_keeps_a_job_from_ending_is_named_once_our_container_has_done_its_work() -> None:
    proxy = container(running(), name="istio-proxy", ready=True)
    done = container(terminated(0, "Completed"))
    for ready in (True, False):
        held = pod_state(of_a_job(pod(proxy, done, phase="Running", ready=ready))).culprit
        assert held is not None
        assert (held.reason, "istio-proxy" in held.message) == ("OtherContainerRuns", True)


@pytest.mark.parametrize(
    "raw",
    [
        pod(container(running(), name="istio-proxy"), container(running())),
        pod(container(running(), name="istio-proxy"), container(terminated(1, "Error"))),
        pod(container(terminated(0), name="istio-proxy"), container(terminated(0))),
        pod(container(terminated(0))),
        pod(container(running(), name="of-somebody-else")),
    ],
    ids=["both run", "failed", "both ended", "alone", "none of ours"],
)
def test_otherwise_a_container_of_others_is_not_blamed(raw: dict[str, Any]) -> None:
    culprit = pod_state(of_a_job({**raw, "status": {**raw["status"], "phase": "Running"}})).culprit
    assert culprit is None or culprit.reason != "OtherContainerRuns"
    serving = pod_state(raw).culprit
    assert serving is None or serving.reason != "OtherContainerRuns"
