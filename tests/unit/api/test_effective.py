"""What a spec means once nothing is left open."""

import dataclasses

import pytest
from hypothesis import given, settings

from streaminglab_operator.api import effective, parse_spec
from tests.strategies import Raw, specs


def test_the_default_lab_has_one_broker_and_the_two_written_topics() -> None:
    lab = effective(parse_spec({}))
    assert lab.brokers == 1
    assert [(t.name, t.partitions, t.replication_factor) for t in lab.topics] == [
        ("weather", 4, 1),
        ("weather-telegraf", 4, 1),
    ]
    assert (lab.retention_seconds, lab.rate, lab.endless) == (604_800, 1000.0, False)


@pytest.mark.parametrize(
    ("raw", "brokers"),
    [
        ({}, 1),
        ({"profile": "nano"}, 1),
        ({"profile": "resilience"}, 3),
        ({"profile": "nano", "kafka": {"brokers": 3}}, 3),
        ({"profile": "resilience", "kafka": {"brokers": 1}}, 1),
    ],
    ids=str,
)
def test_the_profile_decides_the_brokers_unless_they_are_written(raw: Raw, brokers: int) -> None:
    lab = effective(parse_spec(raw))
    assert lab.brokers == brokers
    assert {topic.replication_factor for topic in lab.topics} == {brokers}


def test_the_alerts_topic_exists_only_with_alerts() -> None:
    alert = {"name": "heat", "field": "temperature", "above": 35}
    lab = effective(parse_spec({"influxdb": {"alerts": [alert]}}))
    assert lab.alert_topic == "weather-alerts"
    assert "weather-alerts" in {topic.name for topic in lab.topics}
    assert effective(parse_spec({})).alert_topic is None


def test_a_listed_topic_keeps_its_own_settings() -> None:
    raw = {
        "kafka": {
            "topics": [
                {"name": "weather-telegraf", "partitions": 8, "config": {"retention.ms": "1"}},
            ]
        }
    }
    topics = {topic.name: topic for topic in effective(parse_spec(raw)).topics}
    assert topics["weather-telegraf"].partitions == 8
    assert dict(topics["weather-telegraf"].config) == {"retention.ms": "1"}
    assert topics["weather"].partitions == 4


@given(specs())
@settings(max_examples=100, deadline=None)
def test_every_admissible_spec_can_be_worked_out(raw: Raw) -> None:
    spec = parse_spec(raw)
    lab = effective(spec)
    names = [topic.name for topic in lab.topics]
    assert names == sorted(set(names))
    assert not lab.weather or {lab.producer_topic, lab.telegraf_topic} <= set(names)
    assert {topic.name for topic in spec.kafka.topics} <= set(names)
    assert all(1 <= topic.replication_factor <= lab.brokers for topic in lab.topics)
    assert lab.rate > 0


def test_what_was_worked_out_cannot_be_changed() -> None:
    lab = effective(parse_spec({}))
    with pytest.raises(dataclasses.FrozenInstanceError):
        lab.brokers = 3  # type: ignore[misc]
