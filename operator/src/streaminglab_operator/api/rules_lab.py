"""Rules over several fields of one spec, and over the lab's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from streaminglab_operator.api.effective import brokers_of, written_topics
from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.schema.forms import Form
from streaminglab_operator.schema.rules import Case, Rule
from streaminglab_operator.schema.units import DNS_LABEL, fits

LabCase = Case[StreamingLabSpec]

# The pod of a Job is the longest name made from the lab's: "<lab>-inject-<digest8>-<random5>"
# is 22 characters more, and a pod's host name has at most 63.
MAX_LAB_NAME = 40

# CEL has no functions of its own to share: these are the same words in every expression.
CEL_BROKERS = (
    "(has(self.kafka.brokers) ? self.kafka.brokers : self.profile == 'resilience' ? 3 : 1)"
)


def _lab_name(case: LabCase) -> Iterator[str]:
    if case.name and not (len(case.name) <= MAX_LAB_NAME and fits(DNS_LABEL, case.name)):
        yield "metadata.name"


def _replication_factor(case: LabCase) -> Iterator[str]:
    for i, topic in enumerate(case.new.kafka.topics):
        if (topic.replication_factor or 1) > brokers_of(case.new):
            yield f"spec.kafka.topics[{i}].replicationFactor"


def _written_topics_differ(case: LabCase) -> Iterator[str]:
    if len(set(written_topics(case.new))) < len(written_topics(case.new)):
        yield "spec.telegraf"


def _doubles(names: Iterable[str], path: str) -> Iterator[str]:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            yield f"{path}[{i}]"
        seen.add(name)


def _unique_topics(case: LabCase) -> Iterator[str]:
    yield from _doubles((t.name for t in case.new.kafka.topics), "spec.kafka.topics")


def _unique_alerts(case: LabCase) -> Iterator[str]:
    yield from _doubles((a.name for a in case.new.influxdb.alerts), "spec.influxdb.alerts")


def _all_topic_names(case: LabCase) -> set[str]:
    return {t.name for t in case.new.kafka.topics} | set(written_topics(case.new))


def _topic_collision(case: LabCase) -> Iterator[str]:
    names = _all_topic_names(case)
    if len({name.replace("_", ".") for name in names}) < len(names):
        yield "spec.kafka.topics"


def _no_two_collide() -> str:
    """Each pair is written out: Kubernetes 1.29 estimates the cost of names that are put
    into one list first as if there were no end of them, and refuses the whole CRD."""

    def differ(one: str, other: str) -> str:
        return f"({one} == {other} || {one}.replace('_', '.') != {other}.replace('_', '.'))"

    written = ("self.producer.topic", "self.telegraf.topic", "self.telegraf.alertTopic")
    listed = [differ("a.name", name) for name in written]
    among = f"self.kafka.topics.all(b, {differ('a.name', 'b.name')})"
    pairs = [differ(one, other) for one, other in combinations(written, 2)]
    return " && ".join([f"self.kafka.topics.all(a, {' && '.join([among, *listed])})", *pairs])


def _one_bound(case: LabCase) -> Iterator[str]:
    for i, alert in enumerate(case.new.influxdb.alerts):
        if (alert.above is None) == (alert.below is None):
            yield f"spec.influxdb.alerts[{i}]"


def _most_copies(most: int) -> Form:
    copies = {"replicationFactor": {"maximum": most}}
    return {"properties": {"kafka": {"properties": {"topics": {"items": {"properties": copies}}}}}}


LAB_RULES: tuple[Rule, ...] = (
    Rule(
        id="lab-name",
        at=("",),
        field_path=".metadata.name",
        cel=f"self.metadata.name.matches('{DNS_LABEL}') && "
        f"size(self.metadata.name) <= {MAX_LAB_NAME}",
        message="a lab's name has at most 40 characters: small letters, digits and "
        "'-', beginning with a letter; the names of its pods are made from it",
        check=_lab_name,
    ),
    Rule(
        id="replication-factor-within-brokers",
        at=("spec",),
        field_path=".kafka.topics",
        cel="self.kafka.topics.all(t, !has(t.replicationFactor) || "
        f"t.replicationFactor <= {CEL_BROKERS})",
        # Of a spec that leaves the number of brokers to its profile, as forms do.
        form={
            "if": {"properties": {"profile": {"const": "resilience"}}, "required": ["profile"]},
            "then": _most_copies(3),
            "else": _most_copies(1),
        },
        message="replicationFactor must not be more than the number of brokers: "
        "spec.kafka.brokers, or when unset 3 with profile resilience, otherwise 1",
        check=_replication_factor,
    ),
    Rule(
        id="written-topics-differ",
        at=("spec",),
        field_path=".telegraf",
        cel="self.producer.topic != self.telegraf.topic && "
        "self.producer.topic != self.telegraf.alertTopic && "
        "self.telegraf.topic != self.telegraf.alertTopic",
        message="spec.producer.topic, spec.telegraf.topic and spec.telegraf.alertTopic must be "
        "three different topics, or the points in them cannot be compared",
        check=_written_topics_differ,
    ),
    Rule(
        id="topics-unique",
        at=("spec.kafka.topics",),
        schema="x-kubernetes-list-map-keys",
        message="a topic may be listed only once",
        check=_unique_topics,
    ),
    Rule(
        id="alerts-unique",
        at=("spec.influxdb.alerts",),
        schema="x-kubernetes-list-map-keys",
        message="two alerts may not have the same name",
        check=_unique_alerts,
    ),
    Rule(
        id="topics-do-not-collide",
        at=("spec",),
        field_path=".kafka.topics",
        cel=_no_two_collide(),
        message="two topic names may not differ by '.' and '_' alone: Kafka refuses the second one",
        check=_topic_collision,
    ),
    Rule(
        id="alert-one-bound",
        at=("spec.influxdb.alerts[]",),
        cel="has(self.above) != has(self.below)",
        form={"oneOf": [{"required": ["above"]}, {"required": ["below"]}]},
        message="give an alert exactly one bound: above, or below",
        check=_one_bound,
    ),
)
