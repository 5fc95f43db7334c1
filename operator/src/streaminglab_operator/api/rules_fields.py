"""Rules on the text of one field: its format, and what the operator keeps for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from streaminglab_operator.api import units
from streaminglab_operator.api.paths import values_at
from streaminglab_operator.api.rules_types import Case, Check, Rule

# Broker properties that the chart sets, or that open what a lab keeps shut. The same lists make
# the CEL expression and the Python check.
OWNED_KEYS = (
    "advertised.listeners",
    "authorizer.class.name",
    "broker.id",
    "cluster.id",
    "default.replication.factor",
    "early.start.listeners",
    "inter.broker.listener.name",
    "listeners",
    "log.dir",
    "log.dirs",
    "metadata.log.dir",
    "node.id",
    "offsets.topic.replication.factor",
    "process.roles",
    "super.users",
)
OWNED_PREFIXES = (
    "config.providers",
    "controller.",
    "listener.",
    "metric.reporters",
    "sasl.",
    "security.",
    "share.coordinator.state.topic.",
    "ssl.",
    "transaction.state.log.",
)

CONFIGS = ("spec.kafka.config", "spec.kafka.topics[].config", "spec.connect.config")
TOPIC_NAMES = (
    "spec.kafka.topics[].name",
    "spec.producer.topic",
    "spec.telegraf.topic",
    "spec.telegraf.alertTopic",
)


def failing(paths: tuple[str, ...], fine: Callable[[Any], bool]) -> Check:
    """The check that gives every value at `paths` that is set and not `fine`."""

    def check(case: Case) -> Iterator[str]:
        raw = {"spec": case.new.to_dict()}
        for pattern in paths:
            for path, value in values_at(raw, pattern):
                if not fine(value):
                    yield path

    return check


def matches(what: str, pattern: str) -> str:
    """CEL for `what` having the format; a backslash in a CEL string is written twice."""
    escaped = pattern.replace("\\", "\\\\")
    return f"{what}.matches('{escaped}')"


def format_rule(id_: str, pattern: str, message: str, *at: str) -> Rule:
    """The rule that every value at these places has one format."""
    fine: Callable[[Any], bool] = lambda text: units.fits(pattern, text)  # noqa: E731
    return Rule(
        id=id_, at=at, cel=matches("self", pattern), message=message, check=failing(at, fine)
    )


def _legal_topic(name: str) -> bool:
    return units.fits(units.TOPIC, name) and name not in {".", ".."}


def _plain_config(config: Mapping[str, str]) -> bool:
    return all(
        units.fits(units.CONFIG_KEY, key) and units.fits(units.CONFIG_VALUE, text)
        for key, text in config.items()
    )


def _not_owned(config: Mapping[str, str]) -> bool:
    return not any(key in OWNED_KEYS or key.startswith(OWNED_PREFIXES) for key in config)


CEL_OWNED = " || ".join(
    [
        "k in [{}]".format(", ".join(f"'{key}'" for key in OWNED_KEYS)),
        *(f"k.startsWith('{prefix}')" for prefix in OWNED_PREFIXES),
    ]
)

FIELD_RULES: tuple[Rule, ...] = (
    Rule(
        id="topic-name-legal",
        at=TOPIC_NAMES,
        cel=f"self.matches('{units.TOPIC}') && self != '.' && self != '..'",
        message="a topic's name has 1 to 249 letters without accent, digits, '.', '_' or '-', and "
        "is not '.' or '..'",
        check=failing(TOPIC_NAMES, _legal_topic),
    ),
    Rule(
        id="topic-name-not-reserved",
        at=TOPIC_NAMES,
        cel="!self.startsWith('__')",
        message="topic names that begin with '__' are Kafka's own",
        check=failing(TOPIC_NAMES, lambda name: not name.startswith("__")),
    ),
    Rule(
        id="config-plain",
        at=CONFIGS,
        cel=f"self.all(k, {matches('k', units.CONFIG_KEY)} && "
        f"{matches('self[k]', units.CONFIG_VALUE)})",
        message="a property is a name in small letters, such as retention.ms, with a value on one "
        "line, without accents and backslashes",
        check=failing(CONFIGS, _plain_config),
    ),
    Rule(
        id="config-not-owned",
        at=("spec.kafka.config",),
        cel=f"self.all(k, !({CEL_OWNED}))",
        message="the operator sets listeners, ids, roles, directories, security and the "
        "replication of Kafka's own topics itself (listeners, node.id, process.roles, log.dirs, "
        "controller.*, ...): take these properties out",
        check=failing(("spec.kafka.config",), _not_owned),
    ),
    format_rule(
        "storage-format",
        units.STORAGE,
        "a disk size is a whole number and a unit, at least 100Mi: 500Mi, 1Gi, 20Gi",
        "spec.kafka.storage",
        "spec.influxdb.storage",
    ),
    format_rule(
        "storage-class-format",
        units.DNS_SUBDOMAIN,
        "the name of a StorageClass has small letters, digits, '-' and '.'",
        "spec.kafka.storageClassName",
        "spec.influxdb.storageClassName",
    ),
    format_rule(
        "influxdb-name-format",
        units.INFLUX_NAME,
        "use letters without accent, digits, '.', '_' and '-', beginning with a letter or a digit",
        "spec.influxdb.org",
        "spec.influxdb.bucket",
    ),
    format_rule(
        "retention-format",
        units.RETENTION,
        "write a whole number and one unit without a space: 90m, 36h, 7d or 2w, at least one "
        "hour; 0 keeps points for ever",
        "spec.influxdb.retention",
    ),
    format_rule(
        "alert-name-format",
        units.DNS_LABEL,
        "an alert's name has small letters, digits and '-', and begins with a letter",
        "spec.influxdb.alerts[].name",
    ),
    format_rule(
        "alert-interval-format",
        units.INTERVAL,
        "write a whole number and one unit without a space: 10s, 5m or 1h",
        "spec.influxdb.alerts[].every",
    ),
    format_rule(
        "rate-format",
        units.RATE,
        "write a whole number of points, then /s or /min: 1000/s, 600/min",
        "spec.inject.rate",
    ),
    format_rule(
        "cpu-format",
        units.CPU,
        "write whole cores or thousandths of a core: 1, 250m",
        "spec.kafka.resources.cpu",
        "spec.influxdb.resources.cpu",
        "spec.telegraf.resources.cpu",
    ),
    format_rule(
        "memory-format",
        units.MEMORY,
        "write a whole number, then Mi or Gi, at least 64Mi: 512Mi, 2Gi",
        "spec.influxdb.resources.memory",
        "spec.telegraf.resources.memory",
    ),
    format_rule(
        "broker-memory-format",
        units.BROKER_MEMORY,
        "write a whole number, then Mi or Gi, at least 384Mi: Kafka's JVM needs that to start",
        "spec.kafka.resources.memory",
    ),
)
