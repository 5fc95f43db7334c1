"""Rules on one field that no format says: topics, and what the operator keeps for itself."""

from __future__ import annotations

from collections.abc import Mapping

from streaminglab_operator.schema import units
from streaminglab_operator.schema.forms import keys_not, map_form
from streaminglab_operator.schema.rules import Rule, failing, matches

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

ANNOTATIONS = ("spec.access.ingress.annotations",)
CONFIGS = ("spec.kafka.config", "spec.kafka.topics[].config", "spec.connect.config")
TOPIC_NAMES = (
    "spec.kafka.topics[].name",
    "spec.producer.topic",
    "spec.telegraf.topic",
    "spec.telegraf.alertTopic",
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
        form={"pattern": units.TOPIC, "not": {"enum": [".", ".."]}},
        message="a topic's name has 1 to 249 letters without accent, digits, '.', '_' or '-', and "
        "is not '.' or '..'",
        check=failing(TOPIC_NAMES, _legal_topic),
    ),
    Rule(
        id="topic-name-not-reserved",
        at=TOPIC_NAMES,
        cel="!self.startsWith('__')",
        form={"not": {"pattern": "^__"}},
        message="topic names that begin with '__' are Kafka's own",
        check=failing(TOPIC_NAMES, lambda name: not name.startswith("__")),
    ),
    Rule(
        id="config-plain",
        at=CONFIGS,
        cel=f"self.all(k, {matches('k', units.CONFIG_KEY)} && "
        f"{matches('self[k]', units.CONFIG_VALUE)})",
        form=map_form(units.CONFIG_KEY, units.CONFIG_VALUE),
        message="a property is a name in small letters, such as retention.ms, with a value on one "
        "line, without accents, backslashes, and blanks at its ends",
        check=failing(CONFIGS, _plain_config),
    ),
    Rule(
        id="annotation-plain",
        at=ANNOTATIONS,
        cel=f"self.all(k, {matches('self[k]', units.ANNOTATION)})",
        message="an annotation holds no control characters but tabs and line breaks: take them out",
        check=failing(
            ANNOTATIONS, lambda found: all(units.fits(units.ANNOTATION, v) for v in found.values())
        ),
    ),
    Rule(
        id="config-not-owned",
        at=("spec.kafka.config",),
        cel=f"self.all(k, !({CEL_OWNED}))",
        form=keys_not(sorted(OWNED_KEYS), OWNED_PREFIXES),
        message="the operator sets listeners, ids, roles, directories, security and the "
        "replication of Kafka's own topics itself (listeners, node.id, process.roles, log.dirs, "
        "controller.*, ...): take these properties out",
        check=failing(("spec.kafka.config",), _not_owned),
    ),
)
