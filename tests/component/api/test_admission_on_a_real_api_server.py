"""The API server's CEL and the operator's Python are of one opinion on every spec."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from streaminglab_operator.api import InvalidSpec, StreamingLabStatus, admit, parse_spec
from streaminglab_operator.api.rules import RULES
from tests.admission_cases import BAD, GOOD_CHANGES, SCHEMA_BAD, BadCase, GoodChange
from tests.component.api.conftest import Labs
from tests.strategies import Raw, changes, near_misses, specs, topic_changes

MESSAGES = {rule.id: rule.message for rule in RULES if rule.cel}
SHARED_SERVER = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _python_admits(new: Raw, old: Raw | None = None) -> bool:
    try:
        admit(new, old=parse_spec(old) if old is not None else None, name="meteo")
    except InvalidSpec:
        return False
    return True


@pytest.mark.parametrize("case", BAD, ids=str)
def test_a_bad_spec_is_refused_with_the_message_of_its_rule(labs: Labs, case: BadCase) -> None:
    if case.old is None:
        answer = labs.create(case.new, case.name if case.rule == "lab-name" else "")
    else:
        made = labs.create(case.old, keep=True)
        assert made.accepted, made.message
        answer = labs.change(made, case.new)
    assert not answer.accepted
    # A doubled entry is found by the list's key and said in the API server's own words.
    assert MESSAGES.get(case.rule, "Duplicate value") in answer.message
    assert case.field in answer.message


@pytest.mark.parametrize("case", SCHEMA_BAD, ids=str)
def test_a_bad_type_bound_or_key_is_refused_naming_the_field(labs: Labs, case: BadCase) -> None:
    answer = labs.create(case.new)
    assert not answer.accepted
    assert case.field in answer.message


@pytest.mark.parametrize("change", GOOD_CHANGES, ids=str)
def test_a_harmless_change_is_admitted(labs: Labs, change: GoodChange) -> None:
    made = labs.create(change.old, keep=True)
    answer = labs.change(made, change.new)
    assert answer.accepted, answer.message


@given(raw=specs())
@SHARED_SERVER
def test_any_spec_that_the_strategy_draws_is_admitted(labs: Labs, raw: Raw) -> None:
    answer = labs.create(raw)
    assert answer.accepted, answer.message


@given(raw=near_misses())
@SHARED_SERVER
def test_api_server_and_operator_agree_on_a_new_lab(labs: Labs, raw: Raw) -> None:
    answer = labs.create(raw)
    assert answer.accepted is _python_admits(raw), answer.message


@given(change=changes() | topic_changes())
@SHARED_SERVER
def test_api_server_and_operator_agree_on_a_change(labs: Labs, change: tuple[Raw, Raw]) -> None:
    old, new = change
    made = labs.create(old, keep=True)
    assert made.accepted, made.message
    answer = labs.change(made, new)
    assert answer.accepted is _python_admits(new, old), answer.message


@given(raw=specs())
@SHARED_SERVER
def test_the_stored_spec_reads_back_as_the_same_model(labs: Labs, raw: Raw) -> None:
    answer = labs.create(raw)
    assert parse_spec(answer.body["spec"]) == parse_spec(raw)


def test_no_field_of_the_status_is_lost(labs: Labs) -> None:
    stamp = "2026-01-31T09:00:00Z"
    status = StreamingLabStatus.model_validate(
        {
            "observedGeneration": 1,
            "phase": "Ready",
            "brokers": 3,
            "kafka": {
                "brokers": [{"id": 0, "pod": "p", "state": "Running", "leaders": 1}],
                "message": "m",
                "current": True,
                "underReplicated": 1,
                "offline": 1,
                "partitions": [
                    {"topic": "t", "partition": 0, "leader": 0, "replicas": [0, 1], "isr": [0]}
                ],
            },
            "topics": {
                "configChecksum": "1a2b",
                "done": True,
                "named": [{"name": "t", "settings": ["retention.ms"]}],
                "before": [{"name": "u", "settings": []}],
            },
            "chaos": {
                "state": "Running",
                "checksum": "1a2b3c4d",
                "startedAt": stamp,
                "endsAt": stamp,
                "count": 1,
                "stoppedBrokers": [1],
                "stoppedUntil": stamp,
                "nextStopAt": stamp,
                "message": "m",
            },
            "announced": ["kafka"],
            "exercises": {
                "set": "000",
                "summary": "1/2",
                "startedAt": stamp,
                "problem": "p",
                "former": [{"name": "gone", "passedAt": stamp}],
                "marks": [{"topic": "t", "offsets": [0, 12]}],
                "items": [
                    {
                        "name": "topic",
                        "state": "passed",
                        "passedAt": stamp,
                        "seen": ["1a2b"],
                        "hint": {"en": "h", "fr": "h"},
                    }
                ],
            },
            "conditions": [
                {
                    "type": "Ready",
                    "status": "True",
                    "reason": "Ready",
                    "message": "data flows",
                    "lastTransitionTime": stamp,
                    "observedGeneration": 1,
                }
            ],
            "components": [
                {
                    "name": "kafka",
                    "kind": "StatefulSet",
                    "ready": "3/3",
                    "image": "i",
                    "reason": "Ready",
                    "message": "m",
                }
            ],
            "data": {
                "summary": "1/1/1",
                "influxdb": 1,
                "producer": 1,
                "telegraf": 1,
                "alerts": 0,
                "expected": 1,
                "replayed": 0,
                "verifiedBy": "j",
                "verifiedAt": stamp,
            },
            "endpoints": [{"name": "kafka", "address": "a", "description": "d"}],
            "urls": [{"name": "kafka-ui", "url": "https://kafka-ui.example.org/"}],
            "connectors": [
                {
                    "name": "lines",
                    "state": "RUNNING",
                    "tasks": "1/1",
                    "managed": True,
                    "reason": "TaskFailed",
                    "message": "m",
                    "worker": "w",
                }
            ],
            "credentialsSecret": "s",
            "credentials": {"epoch": 1, "rotation": "r", "rotated": False, "seals": "s"},
            "appliedHash": "h",
        }
    ).to_dict()
    answer = labs.write_status(labs.create({}, keep=True), status)
    assert answer.accepted, answer.message
    assert answer.body["status"] == status
    assert set(status) == {
        str(field.alias) for field in StreamingLabStatus.model_fields.values()
    }, "this test must write every field there is"
