"""A status that somebody else wrote into the object never breaks its reader."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator.api import Reason, StreamingLabStatus
from streaminglab_operator.status.changes import dated, events
from streaminglab_operator.status.connectors import recorded

READY = {
    "type": "Ready", "status": "True", "reason": "Ready", "message": "data flows",
    "lastTransitionTime": "2026-01-31T09:00:00Z", "observedGeneration": 3,
}  # fmt: skip
STORED: dict[str, Any] = {
    "observedGeneration": 3,
    "phase": "Ready",
    "brokers": 3,
    "conditions": [READY],
    "components": [{"name": "kafka", "kind": "StatefulSet", "ready": "3/3"}],
    "data": {"summary": "1/1/1", "influxdb": 1, "producer": 1, "telegraf": 1, "verifiedBy": "j"},
    "endpoints": [{"name": "kafka", "address": "kafka:9092"}],
    "connectors": [
        {"name": "a", "managed": True, "reason": "TaskFailed", "message": "m"},
        {"name": "theirs", "managed": False},
    ],
    "appliedHash": "h",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where there is something in a JSON value."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [here, *(p for key, child in items for p in places(child, (*here, key)))]


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """The same value with another part at one place, if there is such a place."""
    if not place:
        return new
    if isinstance(value, dict) and place[0] in value:
        return {**value, place[0]: replaced(value[place[0]], place[1:], new)}
    if isinstance(value, list) and isinstance(place[0], int) and place[0] < len(value):
        return [replaced(v, place[1:], new) if i == place[0] else v for i, v in enumerate(value)]
    return value


@given(JSON | st.dictionaries(st.sampled_from([*STORED, "later", "observed_generation"]), JSON))
@settings(max_examples=300, deadline=None)
def test_any_json_can_be_read(raw: Any) -> None:
    status = StreamingLabStatus.read(raw)
    assert StreamingLabStatus.read(status.to_dict()) == status


@given(st.lists(st.tuples(st.sampled_from(places(STORED)), JSON), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_an_edited_status_can_be_read_and_compared(
    edits: list[tuple[tuple[Any, ...], Any]],
) -> None:
    raw: Any = STORED
    for place, new in edits:
        raw = replaced(raw, place, new)
    last = StreamingLabStatus.read(raw)
    recorded(last)
    events(last, dated(last, StreamingLabStatus.read(STORED), "2026-01-31T10:00:00Z"))


@pytest.mark.parametrize("raw", [None, "", [], 3, {}, {"conditions": 1, "brokers": []}], ids=str)
def test_what_is_no_status_counts_as_an_empty_one(raw: Any) -> None:
    assert StreamingLabStatus.read(raw) == StreamingLabStatus()


def test_a_stored_status_is_read_whole() -> None:
    assert StreamingLabStatus.read(STORED) == StreamingLabStatus.model_validate(STORED)


def test_a_reason_that_this_version_does_not_know_loses_no_connector() -> None:
    raw = replaced(STORED, ("connectors", 0, "reason"), "FromLater")
    status = StreamingLabStatus.read(raw)
    assert recorded(status) == {"a"}
    assert (status.brokers, status.phase, status.applied_hash) == (3, "Ready", "h")
    assert status.conditions[0].reason == Reason.READY


def test_a_condition_that_this_version_does_not_know_is_left_out() -> None:
    raw = {**STORED, "conditions": [{**READY, "type": "LaterReady"}, READY]}
    status = StreamingLabStatus.read(raw)
    assert status.conditions == StreamingLabStatus.read(STORED).conditions


def test_a_status_that_could_not_be_read_whole_differs_from_any_that_is_computed() -> None:
    raw = {**STORED, "conditions": [{**READY, "type": "LaterReady"}, READY]}
    assert StreamingLabStatus.read(raw).observed_generation is None
