"""At least one spec for every rule of the API that breaks this rule and no other.

The same table is tried on the operator's own check (unit tests), on a real API server on
loopback (component tests) and on the cluster (e2e tests): three readers, one truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.admission_cases_services import BAD_SERVICES, GOOD_SERVICE_CHANGES
from tests.authorities import DAMAGED
from tests.services import collected


@dataclass(frozen=True)
class BadCase:
    """A spec to refuse: the rule it breaks and a part of the field's path that is named.

    `old` is the spec in force before, None for a new lab.
    """

    rule: str
    field: str
    new: dict[str, Any]
    old: dict[str, Any] | None = None
    name: str = "meteo"

    def __str__(self) -> str:
        return f"{self.rule}: {self.new}"[:90]


@dataclass(frozen=True)
class GoodChange:
    """A change of a lab that must stay possible."""

    what: str
    new: dict[str, Any]
    old: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.what


def _kafka(**keys: Any) -> dict[str, Any]:
    return {"kafka": keys}


def _topic(**keys: Any) -> dict[str, Any]:
    return _kafka(topics=[{"name": "weather", **keys}])


def _alert(**keys: Any) -> dict[str, Any]:
    return {"influxdb": {"alerts": [{"name": "heat", "field": "temperature", **keys}]}}


def _chaos(**keys: Any) -> dict[str, Any]:
    return {"profile": "resilience", "chaos": keys}


def _verify(**keys: Any) -> dict[str, Any]:
    return {"verify": {"resources": keys}}


BAD: tuple[BadCase, ...] = (
    BadCase("lab-name", "metadata.name", {}, name="x" * 60),
    BadCase("lab-name", "metadata.name", {}, name="two.words"),
    BadCase("lab-name", "metadata.name", {}, name="1st"),
    BadCase("replication-factor-within-brokers", "spec.kafka.topics", _topic(replicationFactor=3)),
    BadCase(
        "replication-factor-within-brokers",
        "spec.kafka.topics",
        {
            "profile": "resilience",
            "kafka": {"brokers": 1, "topics": [{"name": "a", "replicationFactor": 2}]},
        },
    ),
    BadCase("written-topics-differ", "spec.telegraf", {"telegraf": {"topic": "weather"}}),
    BadCase("written-topics-differ", "spec.telegraf", {"producer": {"topic": "weather-alerts"}}),
    BadCase("topics-unique", "spec.kafka.topics[1]", _kafka(topics=[{"name": "a"}, {"name": "a"}])),
    BadCase(
        "alerts-unique",
        "spec.influxdb.alerts[1]",
        {"influxdb": {"alerts": [{"name": "a", "field": "wind", "above": 1}] * 2}},
    ),
    BadCase(
        "topics-do-not-collide",
        "spec.kafka.topics",
        _kafka(topics=[{"name": "a.b"}, {"name": "a_b"}]),
    ),
    BadCase(
        "topics-do-not-collide",
        "spec.kafka.topics",
        {"producer": {"topic": "w.t"}, "telegraf": {"topic": "w_t"}},
    ),
    BadCase(
        "topics-do-not-collide",
        "spec.kafka.topics",
        {"telegraf": {"alertTopic": "w.t"}, **_kafka(topics=[{"name": "w_t"}])},
    ),
    BadCase("chaos-needs-three-brokers", "spec.chaos", {"chaos": {}}),
    BadCase("chaos-needs-three-brokers", "spec.chaos", {"chaos": {}, **_kafka(brokers=1)}),
    BadCase("chaos-down-within-period", "spec.chaos.downSeconds", _chaos(downSeconds=60)),
    BadCase(
        "chaos-schedule-within-duration",
        "spec.chaos.schedule",
        _chaos(schedule=[{"broker": 1, "atSeconds": 590, "downSeconds": 11}]),
    ),
    BadCase("alert-one-bound", "spec.influxdb.alerts[0]", _alert()),
    BadCase("alert-one-bound", "spec.influxdb.alerts[0]", _alert(above=1, below=2)),
    BadCase("topic-name-legal", "spec.kafka.topics[0].name", _kafka(topics=[{"name": "a b"}])),
    BadCase("topic-name-legal", "spec.kafka.topics[0].name", _kafka(topics=[{"name": ".."}])),
    BadCase("topic-name-legal", "spec.producer.topic", {"producer": {"topic": "météo"}}),
    BadCase("topic-name-not-reserved", "spec.telegraf.topic", {"telegraf": {"topic": "__t"}}),
    BadCase("config-plain", "spec.kafka.config", _kafka(config={"a": "1\nnode.id=2"})),
    BadCase("config-plain", "spec.kafka.config", _kafka(config={"a=b": "1"})),
    BadCase("config-plain", "spec.kafka.config", _kafka(config={"a": " 1"})),
    BadCase("config-plain", "spec.kafka.config", _kafka(config={"a": "1 "})),
    BadCase("config-plain", "spec.kafka.config", _kafka(config={"a": "1\\"})),
    BadCase("config-plain", "spec.kafka.topics[0].config", _topic(config={"A b": "1"})),
    BadCase("config-not-owned", "spec.kafka.config", _kafka(config={"node.id": "2"})),
    BadCase("config-not-owned", "spec.kafka.config", _kafka(config={"controller.x": "2"})),
    BadCase("storage-format", "spec.kafka.storage", _kafka(storage="1 GB")),
    BadCase("storage-format", "spec.influxdb.storage", {"influxdb": {"storage": "10Mi"}}),
    BadCase("storage-class-format", "spec.kafka.storageClassName", _kafka(storageClassName="A")),
    BadCase("influxdb-name-format", "spec.influxdb.bucket", {"influxdb": {"bucket": "_system"}}),
    BadCase("retention-format", "spec.influxdb.retention", {"influxdb": {"retention": "7 days"}}),
    BadCase("retention-format", "spec.influxdb.retention", {"influxdb": {"retention": "30m"}}),
    BadCase(
        "alert-name-format",
        "spec.influxdb.alerts[0].name",
        {"influxdb": {"alerts": [{"name": "Heat!", "field": "wind", "above": 1}]}},
    ),
    BadCase("alert-interval-format", "spec.influxdb.alerts[0].every", _alert(above=1, every="ten")),
    BadCase("rate-format", "spec.inject.rate", {"inject": {"rate": "1000"}}),
    BadCase("rate-format", "spec.inject.rate", {"inject": {"rate": "0/s"}}),
    BadCase("cpu-format", "spec.kafka.resources.cpu", _kafka(resources={"cpu": "half"})),
    BadCase("cpu-format", "spec.verify.resources.cpuLimit", _verify(cpuLimit="two")),
    BadCase(
        "cpu-limit-not-below-cpu",
        "spec.verify.resources.cpuLimit",
        _verify(cpu="1", cpuLimit="999m"),
    ),
    BadCase(
        "cpu-limit-not-below-cpu",
        "spec.kafka.resources.cpuLimit",
        _kafka(resources={"cpu": "2500m", "cpuLimit": "2"}),
    ),
    BadCase(
        "memory-format",
        "spec.telegraf.resources.memory",
        {"telegraf": {"resources": {"memory": "lots"}}},
    ),
    BadCase(
        "broker-memory-format",
        "spec.kafka.resources.memory",
        _kafka(resources={"memory": "256Mi"}),
    ),
    BadCase("brokers-fixed", "spec.kafka.brokers", _kafka(brokers=1), old=_kafka(brokers=3)),
    BadCase("brokers-fixed", "spec.kafka.brokers", _kafka(brokers=3), old={}),
    BadCase("brokers-fixed", "spec.kafka.brokers", {"profile": "resilience"}, old={}),
    BadCase("partitions-grow", "spec.kafka.topics", _topic(partitions=3), old={}),
    BadCase("partitions-grow", "spec.kafka.topics", {}, old=_topic(partitions=5)),
    BadCase("partitions-grow", "spec.kafka.topics", _kafka(topics=[]), old=_topic(partitions=5)),
    BadCase(
        "partitions-grow",
        "spec.kafka.topics",
        _kafka(topics=[{"name": "weather-telegraf", "partitions": 1}]),
        old={},
    ),
    BadCase(
        "replication-factor-fixed",
        "spec.kafka.topics",
        _kafka(brokers=3, topics=[{"name": "weather", "replicationFactor": 2}]),
        old=_kafka(brokers=3),
    ),
    BadCase(
        "replication-factor-fixed",
        "spec.kafka.topics",
        _kafka(brokers=3, topics=[]),
        old=_kafka(brokers=3, topics=[{"name": "weather", "replicationFactor": 2}]),
    ),
    BadCase("org-fixed", "spec.influxdb.org", {"influxdb": {"org": "other"}}, old={}),
    BadCase("bucket-fixed", "spec.influxdb.bucket", {"influxdb": {"bucket": "other"}}, old={}),
    BadCase("exercises-of-one-set", "spec.exercises", {"page": {}, "exercises": {}}),
    BadCase(
        "exercises-of-one-set",
        "spec.exercises",
        {"page": {}, "exercises": {"set": "000", "configMapName": "mine"}},
    ),
    BadCase(
        "exercises-needs-page",
        "spec.exercises",
        {"page": {"enabled": False}, "exercises": {"set": "000"}},
    ),
    BadCase(
        "exercises-needs-page",
        "spec.exercises",
        {"page": {"enabled": False}, "exercises": {"configMapName": "mine"}},
        old={"page": {}, "exercises": {"configMapName": "mine"}},
    ),
    *(BadCase(rule, path, new, old) for rule, path, new, old in BAD_SERVICES),
)

# Let in by the API server, refused by the operator alone.
BAD_FOR_OPERATOR: tuple[BadCase, ...] = tuple(
    BadCase(rule, path, new)
    for rule, path, new in (
        *collected("BAD_FOR_OPERATOR"),
        ("ca-bundle-readable", "spec.egress.caBundle", {"egress": {"caBundle": DAMAGED}}),
        ("no-placeholder", "spec.kafka.config.a", _kafka(config={"a": "x-slab0lab"})),
        ("no-placeholder", "spec.kafka.config.slab0uid", _kafka(config={"slab0uid": "1"})),
        ("no-placeholder", "spec.kafka.topics[0].name", _topic(name="slab0annotationdigest")),
    )
)

# Refused by types and bounds alone, without a rule; the last one only by strict validation.
SCHEMA_BAD: tuple[BadCase, ...] = (
    BadCase("schema", "spec.kafka.brokers", _kafka(brokers=2)),
    BadCase(
        "schema",
        "spec.access.ingress.domain",
        {"access": {"ingress": {"domain": ".".join(["x" * 45] * 3)}}},
    ),
    BadCase("schema", "spec.kafka.brokers", _kafka(brokers=0)),
    BadCase("schema", "spec.inject.stations", {"inject": {"stations": 0}}),
    BadCase("schema", "spec.inject.stations", {"inject": {"stations": "5"}}),
    BadCase("schema", "spec.exercises.set", {"page": {}, "exercises": {"set": "999"}}),
    BadCase("schema", "spec.inject.points", {"inject": {"points": -1}}),
    BadCase("schema", "spec.profile", {"profile": "x" * 64}),
    BadCase("schema", "spec.kafka.topics[0].partitions", _topic(partitions=0)),
    BadCase(
        "schema",
        "spec.kafka.config.log.retention.hours",
        _kafka(config={"log.retention.hours": 24}),
    ),
    BadCase("unknown-key", "spec.kafka.brokerz", _kafka(brokerz=3)),
)

GOOD_CHANGES: tuple[GoodChange, ...] = (
    GoodChange("the same again", {}),
    GoodChange("more partitions", _topic(partitions=8)),
    GoodChange("another set", {"page": {}, "exercises": {"set": "002"}}),
    GoodChange(
        "no exercises any more",
        {"page": {}},
        {"page": {}, "exercises": {"configMapName": "mine"}},
    ),
    GoodChange("a chaos", _chaos(atOnce=2), {"profile": "resilience"}),
    GoodChange("another chaos", _chaos(durationSeconds=30), _chaos()),
    GoodChange("one more topic", _kafka(topics=[{"name": "weather"}, {"name": "more"}])),
    GoodChange("a topic taken out", {}, _kafka(topics=[{"name": "weather"}, {"name": "more"}])),
    GoodChange("the number of brokers written out", _kafka(brokers=1)),
    GoodChange("another profile, same brokers", {"profile": "nano"}),
    GoodChange(
        "the replication factor written out",
        _kafka(brokers=3, topics=[{"name": "weather", "replicationFactor": 3}]),
        _kafka(brokers=3),
    ),
    GoodChange("another retention", {"influxdb": {"retention": "0"}}),
    GoodChange("larger disks", {"influxdb": {"storage": "2Gi"}, **_kafka(storage="2Gi")}),
    GoodChange("what could not grow, set back", {}, {"influxdb": {"storage": "2Gi"}}),
    GoodChange("an alert", _alert(above=35)),
    GoodChange("another injection", {"inject": {"points": 10, "seed": 1}}),
    GoodChange("another producer topic", {"producer": {"topic": "weather-2"}}),
    *(GoodChange(what, new, old) for what, new, old in GOOD_SERVICE_CHANGES),
)
