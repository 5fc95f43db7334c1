"""Rules on a change of a lab that exists: what Kafka, InfluxDB and Kubernetes cannot change."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from streaminglab_operator.api.effective import (
    brokers_of,
    partitions_by_topic,
    replication_by_topic,
)
from streaminglab_operator.api.rules_lab import CEL_BROKERS, LabCase
from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.schema.rules import Check, Rule
from streaminglab_operator.services.kafka_spec import DEFAULT_PARTITIONS

CEL_OLD_BROKERS = CEL_BROKERS.replace("self.", "oldSelf.")
CEL_WRITTEN = "[self.producer.topic, self.telegraf.topic, self.telegraf.alertTopic]"
CEL_OLD_WRITTEN = CEL_WRITTEN.replace("self.", "oldSelf.")


def _cel_factor(topic: str) -> str:
    return f"(has({topic}.replicationFactor) ? {topic}.replicationFactor : {CEL_BROKERS})"


def _cel_topics_keep(listed: str, gone: str, added: str) -> str:
    """CEL over old topics `o` and new topics `t`, with what must hold in each of three cases.

    `listed`: in both lists. `gone`: was listed, and is now only written by the lab. `added`: was
    only written, and is now listed.
    """
    return (
        "oldSelf.kafka.topics.all(o, self.kafka.topics.exists(t, t.name == o.name) ? "
        f"self.kafka.topics.exists(t, t.name == o.name && {listed}) : "
        f"!(o.name in {CEL_WRITTEN}) || {gone}) && "
        f"self.kafka.topics.all(t, !(t.name in {CEL_OLD_WRITTEN}) || "
        f"oldSelf.kafka.topics.exists(o, o.name == t.name) || {added})"
    )


def fixed(path: str, value: Callable[[StreamingLabSpec], object]) -> Check:
    """The check that gives `path` when a value differs from the one in force."""

    def check(case: LabCase) -> Iterator[str]:
        if case.old is not None and value(case.new) != value(case.old):
            yield path

    return check


def _partitions_grow(case: LabCase) -> Iterator[str]:
    if case.old is None:
        return
    new = partitions_by_topic(case.new)
    for name, partitions in partitions_by_topic(case.old).items():
        if new.get(name, partitions) < partitions:
            yield _topic_path(case.new, name)


def _replication_fixed(case: LabCase) -> Iterator[str]:
    if case.old is None:
        return
    # The same brokers for both: a change of their number has a rule of its own.
    brokers = brokers_of(case.new)
    new = replication_by_topic(case.new, brokers)
    for name, factor in replication_by_topic(case.old, brokers).items():
        if new.get(name, factor) != factor:
            yield _topic_path(case.new, name)


def _topic_path(spec: StreamingLabSpec, name: str) -> str:
    for i, topic in enumerate(spec.kafka.topics):
        if topic.name == name:
            return f"spec.kafka.topics[{i}]"
    return "spec.kafka.topics"


CHANGE_RULES: tuple[Rule, ...] = (
    Rule(
        id="brokers-fixed",
        at=("spec",),
        field_path=".kafka.brokers",
        cel=f"{CEL_BROKERS} == {CEL_OLD_BROKERS}",
        message="the number of brokers of an existing lab cannot change (unset, it follows "
        "spec.profile): Kafka's controllers are a fixed set; make a new lab instead",
        check=fixed("spec.kafka.brokers", brokers_of),
    ),
    Rule(
        id="partitions-grow",
        at=("spec",),
        field_path=".kafka.topics",
        cel=_cel_topics_keep(
            listed="t.partitions >= o.partitions",
            gone=f"o.partitions <= {DEFAULT_PARTITIONS}",
            added=f"t.partitions >= {DEFAULT_PARTITIONS}",
        ),
        message="the partitions of a topic can grow, never shrink; a topic that the lab writes "
        "and that is not listed has 4",
        check=_partitions_grow,
    ),
    Rule(
        id="replication-factor-fixed",
        at=("spec",),
        field_path=".kafka.topics",
        cel=_cel_topics_keep(
            listed=f"{_cel_factor('t')} == {_cel_factor('o')}",
            gone=f"{_cel_factor('o')} == {CEL_BROKERS}",
            added=f"{_cel_factor('t')} == {CEL_BROKERS}",
        ),
        message="the replicationFactor of an existing topic cannot change (unset, it is the "
        "number of brokers): make a topic of another name",
        check=_replication_fixed,
    ),
)
