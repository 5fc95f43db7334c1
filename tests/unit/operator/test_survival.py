"""No single object, whatever is in it, ends the process or hides the others."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from streaminglab_operator.adapters.kinds import WATCHED
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import PodState
from streaminglab_operator.observed.objects import observed
from streaminglab_operator.plan.access import hosts_of
from streaminglab_operator.records import MAX_SPEC_BYTES, lab_record
from streaminglab_operator.store import Store, Wakes
from tests.labs import NO_PAGE
from tests.unit.operator.pods_as_seen import pod

Json = dict[str, Any]
unhurried = settings(deadline=None, max_examples=200)
METEO = LabKey("user-alice", "meteo")
WETTER = LabKey("user-bob", "wetter")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=10) | st.sampled_from(["name", "type"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def _metadata(extra: Json | None = None) -> Json:
    return {
        "namespace": "user-alice",
        "name": "meteo",
        "uid": "u",
        "generation": 1,
        "resourceVersion": "7",
        "creationTimestamp": "2026-03-02T08:00:00Z",
        "labels": {"streaminglab.dev/lab": "meteo"},
    } | (extra or {})


FIELDS = ["labels", "annotations", "managedFields", "ownerReferences", "deletionTimestamp"]
FIELDS += ["resourceVersion", "uid", "name", "namespace", "generation", "creationTimestamp"]
metadata = st.dictionaries(st.sampled_from(FIELDS), anything, max_size=3).map(_metadata) | anything
KEYS = ["phase", "conditions", "containerStatuses", "initContainerStatuses", "message", "reason"]
status = st.dictionaries(st.sampled_from(KEYS), anything, max_size=4) | anything
objects = st.fixed_dictionaries({"metadata": metadata, "spec": anything, "status": status})


class Known:
    """A store with one lab and one pod in it, and what it counted."""

    def __init__(self) -> None:
        self.counted: list[str] = []
        self.store = Store(Wakes(lambda _: None), hosts_of, self.counted.append)
        self.store.lab_event("ADDED", {"metadata": _metadata(), "spec": {}})
        self.store.object_seen("Pod", "ADDED", pod(ready=True))

    def pod(self) -> PodState:
        state = self.store.objects(METEO)["Pod", "meteo-kafka-0-0"].state
        assert isinstance(state, PodState)
        return state

    def still_works(self) -> None:
        raw = {"metadata": _metadata({"namespace": "user-bob", "name": "wetter"}), "spec": {}}
        self.store.lab_event("ADDED", raw)
        assert self.store.lab(WETTER) is not None


@unhurried
@given(raw=objects | anything, event=st.sampled_from(["ADDED", "MODIFIED", "DELETED"]))
def test_a_lab_of_any_shape_ends_nothing(raw: Any, event: str) -> None:
    known = Known()
    known.store.lab_event(event, raw)
    known.still_works()


@unhurried
@given(
    kind=st.sampled_from([r.kind for r in WATCHED]),
    event=st.sampled_from(["ADDED", "MODIFIED", "DELETED"]),
    raw=objects | anything,
)
def test_an_object_of_any_shape_ends_nothing(kind: str, event: str, raw: Any) -> None:
    known = Known()
    known.store.object_seen(kind, event, raw)
    assert known.pod().ready
    known.still_works()


@unhurried
@given(spec=anything, stored=anything, more=st.dictionaries(st.sampled_from(FIELDS[:4]), anything))
def test_a_lab_with_any_spec_and_status_can_be_read(spec: Any, stored: Any, more: Json) -> None:
    record = lab_record({"metadata": _metadata(more), "spec": spec, "status": stored})
    assert (record.spec is None) == bool(record.problems)
    record.status()


def _deep(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = [value]
    return value


def test_a_spec_without_bottom_is_a_problem_of_its_lab() -> None:
    raw = {"metadata": _metadata(), "spec": {"x": _deep(100_000)}, "status": {"x": _deep(100_000)}}
    record = lab_record(raw)
    assert [p.field for p in record.problems] == ["spec"]
    assert record.status().phase is None


def test_a_spec_that_is_too_large_is_refused_by_its_size() -> None:
    record = lab_record({"metadata": _metadata(), "spec": {"x": "a" * (MAX_SPEC_BYTES + 1)}})
    assert record.spec is None
    assert "256 KiB" in record.problems[0].message


def test_a_spec_that_breaks_a_rule_claims_no_host_and_stops_nothing() -> None:
    known = Known()
    spec = {
        "influxdb": {"retention": "7 days"},
        "access": {"ingress": {"domain": "labs.example.org"}},
    }
    known.store.lab_event("MODIFIED", {"metadata": _metadata({"generation": 2}), "spec": spec})
    assert known.store.claims.hosts(METEO) == (frozenset(), frozenset())
    known.still_works()


def _exposing(host: str) -> Json:
    ingress = {"domain": "example.org", "hosts": {"schemaRegistry": host}}
    return {"access": {"ingress": ingress}, "schemaRegistry": {}, **NO_PAGE}


def test_a_lab_whose_new_spec_cannot_come_into_force_keeps_its_host_names_and_takes_no_others() -> (
    None
):
    known = Known()
    edits: list[Json] = [
        _exposing("r.example.org"),
        _exposing("r.example.org") | {"influxdb": {"retention": "7 days"}},
        _exposing("other.example.org") | {"exercises": {"set": "000"}},
        _exposing("other.example.org") | {"nonsense": 1},
    ]
    for number, spec in enumerate(edits, 2):
        raw = {"metadata": _metadata({"generation": number}), "spec": spec}
        known.store.lab_event("MODIFIED", raw)
        assert known.store.claims.hosts(METEO)[0] == {"r.example.org"}


@pytest.mark.parametrize("words", ["[" * 4096, "{" * 4096, '{"message":' * 300, "\x00", "9" * 4096])
def test_last_words_of_any_shape_are_read(words: str) -> None:
    ended = {"terminated": {"exitCode": 1, "message": words}}
    seen = observed("Pod", pod({"name": "x", "state": ended}, phase="Failed"))
    assert isinstance(seen.state, PodState)
    assert seen.state.culprit is not None
    assert len(seen.state.culprit.message) < 600


def test_a_word_of_kubelet_is_no_format_string() -> None:
    waiting = {"waiting": {"reason": "{image.__class__}"}}
    seen = observed("Pod", pod({"name": "x", "state": waiting}))
    assert isinstance(seen.state, PodState)
    assert seen.state.culprit is not None
    assert "{image.__class__}" in seen.state.culprit.message


def test_what_is_kept_of_an_object_is_bounded() -> None:
    huge = "x" * 200_000
    raw = pod(
        {"name": huge, "image": huge, "state": {"terminated": {"exitCode": 1, "message": huge}}},
        phase="Failed",
        message=huge,
        reason=huge,
    )
    raw["metadata"]["annotations"] = {"streaminglab.dev/digest": huge}
    raw["spec"] = {"template": {"spec": {"containers": [{"image": huge}]}}}
    assert len(repr(observed("Pod", raw))) < 10_000


def test_an_object_that_cannot_be_read_is_named_once_counted_and_what_was_known_is_kept() -> None:
    known = Known()
    bad = pod(ready=True)
    bad["status"]["containerStatuses"] = 7
    with capture_logs() as logs:
        known.store.object_seen("Pod", "MODIFIED", json.loads(json.dumps(bad)))
    assert known.pod().ready
    assert known.counted == ["Pod"]
    assert [(line["kind"], line["namespace"], line["name"]) for line in logs] == [
        ("Pod", "user-alice", "meteo-kafka-0-0")
    ]
