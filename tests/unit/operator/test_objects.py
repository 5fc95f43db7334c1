"""Workloads and Jobs as an API server gives them, and whose fields are whose."""

import hashlib
import json
from typing import Any

import pytest

from streaminglab_operator.observed import ClaimState, JobState, WorkloadState, objects
from streaminglab_operator.observed.objects import lab_of, observed, ownership
from streaminglab_operator.observed.refusals import refusal

Json = dict[str, Any]


def _raw(kind: str, spec: Json, status: Json, generation: int = 2) -> Json:
    return {
        "kind": kind,
        "metadata": {
            "name": "meteo-x",
            "namespace": "user-alice",
            "uid": "u1",
            "resourceVersion": "12",
            "generation": generation,
            "labels": {
                "streaminglab.dev/lab": "meteo",
                "app.kubernetes.io/component": "kafka",
            },
        },
        "spec": {"template": {"spec": {"containers": [{"image": "apache/kafka:4.3.1"}]}}} | spec,
        "status": status,
    }


def _stateful(**status: Any) -> Json:
    everything = {
        "observedGeneration": 2,
        "replicas": 3,
        "readyReplicas": 3,
        "updatedReplicas": 3,
        "currentRevision": "r2",
        "updateRevision": "r2",
    }
    return _raw("StatefulSet", {"replicas": 3}, everything | status)


def _deployment(**status: Any) -> Json:
    everything = {"observedGeneration": 2, "replicas": 1, "readyReplicas": 1, "updatedReplicas": 1}
    return _raw("Deployment", {"replicas": 1}, everything | status)


WORKLOADS: dict[str, tuple[Json, int, bool]] = {
    "all brokers of the newest revision": (_stateful(), 3, True),
    "a broker that is not ready": (_stateful(readyReplicas=2), 2, True),
    "a controller that has not looked yet": (_stateful(observedGeneration=1), 3, False),
    "a rolling update that has replaced one broker": (
        _stateful(updateRevision="r3", updatedReplicas=1),
        3,
        False,
    ),
    "a StatefulSet that was just made": (_raw("StatefulSet", {"replicas": 3}, {}), 0, False),
    "a Deployment that runs": (_deployment(), 1, True),
    "a Deployment with an old pod still there": (_deployment(replicas=2), 1, False),
    "a Deployment without its new pod": (_deployment(updatedReplicas=0), 1, False),
    "a Deployment that was just made": (_raw("Deployment", {"replicas": 1}, {}), 0, False),
}


@pytest.mark.parametrize("case", WORKLOADS, ids=list(WORKLOADS))
def test_a_workload(case: str) -> None:
    raw, ready, settled = WORKLOADS[case]
    state = observed(raw["kind"], raw).state
    assert isinstance(state, WorkloadState)
    assert (state.ready, state.settled) == (ready, settled)


def test_a_deployment_tells_that_a_quota_refuses_its_pods() -> None:
    message = 'pods "x" is forbidden: exceeded quota: student'
    condition = {"type": "ReplicaFailure", "status": "True", "message": message}
    state = observed("Deployment", _deployment(conditions=[condition])).state
    assert isinstance(state, WorkloadState)
    assert state.culprit is not None
    assert state.culprit.reason == "QuotaExceeded"
    assert message in state.culprit.message


JOBS: dict[str, tuple[Json, JobState]] = {
    "that was just made": ({}, JobState(False, False, 0, 0, seen=False)),
    "that runs": ({"active": 1}, JobState(False, False, 1, 0)),
    "that has failed once": ({"active": 1, "failed": 1}, JobState(False, False, 1, 1)),
    "that is done": (
        {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]},
        JobState(True, False, 0, 0),
    ),
    "that is about to be called done": (
        {"conditions": [{"type": "SuccessCriteriaMet", "status": "True"}]},
        JobState(False, False, 0, 0),
    ),
    "that took too long": (
        {"conditions": [{"type": "Failed", "status": "True", "message": "longer than deadline"}]},
        JobState(False, True, 0, 0, "longer than deadline"),
    ),
}


@pytest.mark.parametrize("case", JOBS, ids=list(JOBS))
def test_a_job(case: str) -> None:
    status, expected = JOBS[case]
    assert observed("Job", _raw("Job", {}, status)).state == expected


def _owned(fields: Json, manager: str = "streaminglab-operator", operation: str = "Apply") -> Json:
    raw = _stateful()
    entry = {"manager": manager, "operation": operation, "fieldsV1": fields}
    raw["metadata"]["managedFields"] = [entry]
    return raw


def test_an_edit_of_our_fields_by_others_shows() -> None:
    whole = observed("StatefulSet", _owned({"f:spec": {"f:replicas": {}, "f:template": {}}}))
    edited = observed("StatefulSet", _owned({"f:spec": {"f:template": {}}}))
    assert whole.ownership != edited.ownership


def test_what_others_own_does_not_matter() -> None:
    raw = _owned({"f:spec": {"f:replicas": {}}})
    before = observed("StatefulSet", raw).ownership
    other = {"manager": "hpa", "operation": "Update", "fieldsV1": {"f:metadata": {}}}
    raw["metadata"]["managedFields"].insert(0, other)
    assert observed("StatefulSet", raw).ownership == before


@pytest.mark.parametrize(
    ("manager", "operation"),
    [("kubectl", "Apply"), ("streaminglab-operator", "Update")],
)
def test_only_our_own_applies_count_as_ours(manager: str, operation: str) -> None:
    raw = _owned({"f:spec": {}}, manager, operation)
    assert observed("StatefulSet", raw).ownership == ""


def test_the_metadata_of_an_object_alone_is_enough() -> None:
    raw = _stateful()
    seen = observed("StatefulSet", {"metadata": raw["metadata"]})
    assert seen.state is None
    assert (seen.component, seen.resource_version) == ("kafka", 12)


def test_an_object_without_our_label_belongs_to_no_lab() -> None:
    raw = _stateful()
    assert str(lab_of(raw)) == "user-alice/meteo"
    del raw["metadata"]["labels"]["streaminglab.dev/lab"]
    assert lab_of(raw) is None


REFUSALS = {
    'pods "x" is forbidden: exceeded quota: student, requested: cpu=1': "QuotaExceeded",
    'pods "x" is forbidden: failed quota: student: must specify limits.cpu': "QuotaExceeded",
    'pods "x" is forbidden: status unknown for quota: student, resources: pods': "QuotaExceeded",
    'pods "x" is forbidden: insufficient quota to match these scopes: [{High}]': "QuotaExceeded",
    'pods "x" is forbidden: violates PodSecurity "restricted:latest"': "PodSecurity",
    'pods "x" is forbidden: maximum memory usage per Container is 512Mi': "LimitRange",
    "unable to create new content in namespace x because it is being terminated": (
        "NamespaceTerminating"
    ),
    'admission webhook "policy.example" denied the request': "Refused",
}


@pytest.mark.parametrize("message", REFUSALS)
def test_a_refusal_is_called_by_its_kind_and_told_in_its_own_words(message: str) -> None:
    culprit = refusal(message, "Service meteo-kafka")
    assert culprit.reason == REFUSALS[message]
    if culprit.reason != "NamespaceTerminating":
        assert message in culprit.message
        assert "Service meteo-kafka" in culprit.message


def test_however_many_owners_and_templates_an_object_has_so_many_are_kept_and_ours_among_them() -> (
    None
):
    """Kubernetes bounds an object's size alone: a claim with ten thousand owners took 2 MB here."""
    others = [{"kind": "ConfigMap", "uid": f"{n:036}"} for n in range(10_000)]
    metadata = {"name": "x", "uid": "u", "resourceVersion": "1"}
    ours = {"kind": "StreamingLab", "uid": "the lab"}
    claim = {"metadata": {**metadata, "ownerReferences": [*others, ours]}, "spec": {}}
    found = observed("PersistentVolumeClaim", claim)
    assert isinstance(found.state, ClaimState)
    assert len(found.state.owners) <= 64
    assert ("StreamingLab", "the lab") in found.state.owners
    templates = [{"metadata": {"name": f"t{n}"}, "spec": {}} for n in range(5000)]
    made = observed(
        "StatefulSet", {"metadata": metadata, "spec": {"volumeClaimTemplates": templates}}
    )
    assert isinstance(made.state, WorkloadState)
    assert len(made.state.claims) <= 16
    long = {**metadata, "ownerReferences": [{"kind": "A", "uid": "u" * 10**6}]}
    assert len(observed("ConfigMap", {"metadata": long}).owner) <= 63


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("meteo-telegraf-68c4f95988-j4kr8", "meteo-telegraf-68c4f95988-..."),
        ("meteo-init-1f36c3d8-00045", "meteo-init-1f36c3d8-..."),
        ("meteo-kafka-0-0", "meteo-kafka-0-0"),
    ],
)
def test_a_name_that_was_made_up_for_one_try_is_not_told(name: str, said: str) -> None:
    words = 'create Pod {0} failed error: pods "{0}" is forbidden: exceeded quota: student'
    assert words.format(said) in refusal(words.format(name)).message


def test_equal_sets_of_fields_have_the_hash_that_they_always_had() -> None:
    fields: dict[str, Any] = {"f:spec": {"f:b": {}, "f:a": {}}, "f:metadata": {}}
    text = '{"f:metadata": {}, "f:spec": {"f:a": {}, "f:b": {}}}'
    entry = {"manager": "streaminglab-operator", "operation": "Apply", "fieldsV1": fields}
    expected = hashlib.sha256(text.encode()).hexdigest()[:16]
    turned = {**entry, "fieldsV1": {"f:metadata": {}, "f:spec": {"f:a": {}, "f:b": {}}}}
    assert ownership({"managedFields": [entry]}) == expected
    assert ownership({"managedFields": [turned]}) == expected
    large: dict[str, Any] = {f"f:{number}": {} for number in range(objects.KNOWN_BYTES // 4)}
    text = json.dumps(large, sort_keys=True)
    found = ownership({"managedFields": [{**entry, "fieldsV1": large}]})
    assert found == hashlib.sha256(text.encode()).hexdigest()[:16]
