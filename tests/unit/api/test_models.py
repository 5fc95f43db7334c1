"""The models: defaults, strictness, and the way there and back."""

import pytest
from hypothesis import given, settings

from streaminglab_operator.api import LAB, InvalidSpec, StreamingLabStatus, parse_spec
from streaminglab_operator.api.crd import root_schema
from streaminglab_operator.api.structural import Schema, filled
from tests.strategies import Raw, specs

SCHEMA: Schema = root_schema(LAB)["properties"]["spec"]


def test_an_empty_spec_is_a_weather_lab_with_one_topic_listed() -> None:
    spec = parse_spec({})
    assert [topic.name for topic in spec.kafka.topics] == ["weather"]
    assert spec == parse_spec(None)


@given(specs())
@settings(max_examples=100, deadline=None)
def test_a_model_becomes_plain_data_and_the_same_model_again(raw: Raw) -> None:
    spec = parse_spec(raw)
    assert parse_spec(spec.to_dict()) == spec


@given(specs())
@settings(max_examples=100, deadline=None)
def test_the_api_server_fills_in_the_same_defaults_as_the_models(raw: Raw) -> None:
    assert parse_spec(filled(SCHEMA, raw)) == parse_spec(raw)
    assert _without_empty(parse_spec(raw).to_dict()) == _without_empty(filled(SCHEMA, raw))


def _without_empty(value: object) -> object:
    if isinstance(value, dict):
        cleaned = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in cleaned.items() if item not in ({}, [])}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value


def test_a_null_is_as_good_as_a_key_that_is_not_there() -> None:
    assert parse_spec({"kafka": {"brokers": None}, "influxdb": None}) == parse_spec({})


@pytest.mark.parametrize(
    "raw",
    [{"inject": {"stations": "5"}}, {"inject": {"stations": 5.5}}, {"retainData": "yes"}],
    ids=str,
)
def test_a_value_of_another_type_is_never_converted(raw: Raw) -> None:
    with pytest.raises(InvalidSpec):
        parse_spec(raw)


def test_an_unknown_key_is_named_with_its_whole_path() -> None:
    raw = {"kafka": {"topics": [{"name": "a"}, {"name": "b", "partition": 3}]}}
    with pytest.raises(InvalidSpec, match=r"spec\.kafka\.topics\[1\]\.partition: unknown key"):
        parse_spec(raw)


def test_keys_are_those_that_users_write() -> None:
    written = parse_spec({"kafka": {"storageClassName": "fast"}}).to_dict()
    assert written["kafka"]["storageClassName"] == "fast"
    assert "retainData" in written


def test_a_status_of_a_newer_operator_can_still_be_read() -> None:
    status = StreamingLabStatus.model_validate({"observedGeneration": 3, "later": {"x": 1}})
    assert status.observed_generation == 3
